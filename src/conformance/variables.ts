// What earlier answers gave, put into later requests.
import { jsonIn } from './send.js'
import type { Json, RawAnswer, RequestStep, Source, Variables } from './scenario.js'

const WHOLE = /^\{\{([\w.]+)\}\}$/
const WITHIN = /\{\{([\w.]+)\}\}/g

/** A value that is nothing but `{{name}}` becomes what that is, bytes included; within other text it becomes text. */
export function filled (value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const [, whole] = WHOLE.exec(value) ?? []
    return whole === undefined ? filledText(value, variables) : variables[whole]
  }
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, variables))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, variables)]))
}

export function filledText (text: string, variables: Variables): string {
  return text.replace(WITHIN, (_all, name: string) => String(variables[name]))
}

/** @throws {Error} where the answer has another form than the scenario goes on from */
export function saveFrom (step: RequestStep, answer: RawAnswer, variables: Variables): void {
  const json = jsonIn<Json>(answer.raw)
  for (const [name, source] of Object.entries(step.save ?? {})) variables[name] = found(source, json, variables, answer)
}

function found (source: Source, json: Json | undefined, variables: Variables, answer: RawAnswer): unknown {
  if (typeof source === 'function') return source(json, variables, answer)
  return source === '$raw' ? answer.raw : memberAt(json, source.split('.'))
}

function memberAt (json: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((within, name) =>
    within !== null && typeof within === 'object' ? (within as Record<string, Json>)[name] : undefined, json)
}
