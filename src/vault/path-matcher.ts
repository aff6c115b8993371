// Finds the path definition of a backend that fits a request.
import { goMap, type JsonObject, type JsonValue } from '../json/index.js'
import { memoize } from './memo.js'
import type { Backend, PathDefinition } from './paths.js'

/** The definition that fits a path, with what its pattern captured. */
export interface PathMatch {
  readonly definition: PathDefinition
  readonly params: Readonly<Record<string, string>>
}

interface Pattern {
  readonly definition: PathDefinition
  /** what a path begins with that fits: tells most of them apart */
  readonly head: string
  readonly expression: RegExp
  readonly names: readonly string[]
}

/** A backend's paths, ready to be looked up. */
interface PathTable {
  readonly literal: ReadonlyMap<string, PathDefinition>
  readonly patterns: readonly Pattern[]
}

/** What stands in a pattern for a part of the path: `:name`, `@name` or `*name`. */
export const CAPTURES = /([:@*])(\w+)/g

const NO_PARAMS = {}
const SEGMENTS: Readonly<Record<string, string>> = {
  ':': '(\\w(?:[\\w.-]*\\w)?)',
  '@': '(\\w(?:[\\w.@-]*\\w)?)',
  '*': '(.*)'
}
const tableOf = memoize(({ paths }: Backend) => compile(paths))

/** The definition for a path relative to the mount; the first that fits, literal ones before patterns. */
export function matchPath (backend: Backend, path: string): PathMatch | undefined {
  const table = tableOf(backend)
  const literal = table.literal.get(path)
  if (literal !== undefined) return { definition: literal, params: NO_PARAMS }
  for (const { definition, head, expression, names } of table.patterns) {
    if (!path.startsWith(head)) continue
    const match = expression.exec(path)
    if (match === null) continue
    const params: Record<string, string> = {}
    names.forEach((name, i) => { params[name] = match[i + 1] ?? '' })
    return { definition, params }
  }
  return undefined
}

/** What was sent, and what the path says, which wins. */
export function withParams (data: JsonObject, params: PathMatch['params']): JsonObject {
  if (params === NO_PARAMS) return data
  if (Object.keys(data).length === 0) return params
  const joined = goMap(data) as Record<string, JsonValue | undefined>
  for (const name in params) joined[name] = params[name]
  return joined
}

function compile (paths: readonly PathDefinition[]): PathTable {
  const literal = new Map<string, PathDefinition>()
  const patterns: Pattern[] = []
  for (const definition of paths) {
    if (/[:@*]/.test(definition.path)) patterns.push(compilePattern(definition))
    else {
      literal.set(definition.path, definition)
      if (definition.operations.list !== undefined) literal.set(`${definition.path}/`, definition)
    }
  }
  return { literal, patterns }
}

/** The patterns are told in `PathDefinition`; lists may end with a slash. */
function compilePattern (definition: PathDefinition): Pattern {
  const names: string[] = []
  const escaped = definition.path.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  const source = escaped.replace(CAPTURES, (_, sigil: string, name: string) => {
    names.push(name)
    return SEGMENTS[sigil] ?? ''
  })
  const end = definition.operations.list !== undefined ? '/?$' : '$'
  const head = definition.path.slice(0, definition.path.search(CAPTURES))
  return { definition, head, expression: new RegExp(`^${source}${end}`, 's'), names }
}
