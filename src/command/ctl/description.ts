// What there is, by the server's own description: which verbs a path has, and which words may follow others.
import type { Link } from './link.js'
import type { Request } from './words.js'

export type Verb = 'get' | 'post' | 'put' | 'delete'

/** Verbs by path. */
export type Description = ReadonlyMap<string, readonly string[]>

/** The controls refuse to say anything. */
export class Refused extends Error {}

/** @throws {Refused} where this is no server with controls, or they are not for this caller */
export async function describe (link: Link): Promise<Description> {
  const { status, text } = await link.send('GET', '/_mock/openapi.json')
  if (status !== 200) throw new Refused(refusalIn(text) ?? `the controls answered ${status}`)
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> }
  return new Map(Object.entries(paths).map(([path, verbs]) => [path, Object.keys(verbs)]))
}

/** What the controls say of what is wrong. */
export function refusalIn (text: string): string | undefined {
  try {
    const { errors } = JSON.parse(text) as { errors?: readonly string[] }
    return errors?.join('\n')
  } catch { return undefined }
}

/** GET to look, POST or PUT where there is something to send or nothing else; undefined: there is no such path. */
export function verbFor (description: Description, { words, fields, file, verb }: Request): string | undefined {
  const verbs = verbsOf(description, words)
  if (verbs.length === 0) return undefined
  if (verb !== undefined) return verb
  const order = fields.length > 0 || file !== undefined ? ['post', 'put', 'get'] : ['get', 'post', 'put', 'delete']
  return order.find((each) => verbs.includes(each))
}

function verbsOf (description: Description, words: readonly string[]): readonly string[] {
  const fitting = [...description].filter(([path]) => {
    const segments = segmentsOf(path)
    return segments.length === words.length && fits(segments, words)
  })
  // `/events/stream` before `/events/{x}`
  return fitting.sort(([a], [b]) => holes(a) - holes(b))[0]?.[1] ?? []
}

/** The words that may follow these; what stands for a name is in braces. */
export function nextWords (description: Description, words: readonly string[]): string[] {
  const next = [...description.keys()].map(segmentsOf)
    .filter((segments) => segments.length > words.length && fits(segments, words))
    .map((segments) => segments[words.length] ?? '')
  return [...new Set(next)].sort()
}

/** What is wrong with words that lead nowhere, and what there is in their place. */
export function explain (description: Description, words: readonly string[]): string {
  const known = words.findIndex((_word, i) => nextWords(description, words.slice(0, i + 1)).length === 0 &&
    verbsOf(description, words.slice(0, i + 1)).length === 0)
  const at = known < 0 ? words.length : known
  const before = words.slice(0, at)
  const there = nextWords(description, before).join(', ')
  const behind = before.length === 0 ? '' : ` behind "${before.join(' ')}"`
  if (at === words.length) return `something is missing${behind}; there is ${there}`
  return `there is no "${words[at]}"${behind}; there is ${there === '' ? 'nothing' : there}`
}

function fits (segments: readonly string[], words: readonly string[]): boolean {
  return words.every((word, i) => isHole(segments[i]) || segments[i] === word)
}

export function isHole (segment: string | undefined): boolean {
  return segment?.startsWith('{') === true
}

function holes (path: string): number {
  return segmentsOf(path).filter(isHole).length
}

function segmentsOf (path: string): string[] {
  return path.replace(/^\/_mock\//, '').split('/')
}
