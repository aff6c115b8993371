// Finds the rule that decides about a path: the exact one, else the most specific of those with a star or plus signs.
import type { Permissions } from './permissions.js'

/** A pattern that is not exact, with what its rank depends on. */
interface Ranked {
  readonly permissions: Permissions
  /** the pattern without the star at its end, in UTF-8 */
  readonly bytes: Buffer
  readonly endsWithStar: boolean
  /** what stands before the first `+` or the star */
  readonly fixed: string
  /** its length in bytes */
  readonly fixedLength: number
  readonly plusSegments: number
  /** the text, cut at slashes */
  readonly segments: readonly string[]
}

/** The patterns of some policies, each with its permissions, compiled for look-ups. */
export class PatternTable {
  /** by path */
  readonly exact: ReadonlyMap<string, Permissions>
  /** patterns with a star at the end and no plus segment, by their text without the star */
  readonly prefixes: ReadonlyMap<string, Permissions>
  readonly #rankedPrefixes: ReadonlyMap<string, Ranked>
  /** the lengths of the prefixes, longest first: each needs one look-up */
  readonly #prefixLengths: readonly number[]
  /** patterns with plus segments, most specific first */
  readonly #wildcards: readonly Ranked[]

  /** @param rules permissions by pattern: `a/b`, `a/*`, `a/+/c` */
  constructor (rules: ReadonlyMap<string, Permissions>) {
    const exact = new Map<string, Permissions>()
    const prefixes = new Map<string, Permissions>()
    const wildcards: Ranked[] = []
    for (const [pattern, permissions] of rules) {
      if (hasPlusSegments(pattern)) wildcards.push(rank(pattern, permissions))
      else if (pattern.endsWith('*')) prefixes.set(pattern.slice(0, -1), permissions)
      else exact.set(pattern, permissions)
    }
    this.exact = exact
    this.prefixes = prefixes
    this.#rankedPrefixes = new Map([...prefixes].map(([text, permissions]) => [text, rank(`${text}*`, permissions)]))
    this.#prefixLengths = [...new Set([...prefixes.keys()].map((text) => text.length))].sort((a, b) => b - a)
    this.#wildcards = wildcards.sort((a, b) => compareRank(b, a))
  }

  /** What decides about a path; a list of `a/` may also be granted by a rule for `a`. */
  find (path: string, isList: boolean): Permissions | undefined {
    const bare = isList && path.endsWith('/') ? path.slice(0, -1) : undefined
    return this.exact.get(path) ??
      (bare === undefined ? undefined : this.exact.get(bare) ?? this.#mostSpecific(bare)) ??
      this.#mostSpecific(path)
  }

  /** The permissions of patterns at or below a mount, and of those with plus signs that reach into it. */
  * below (mountPath: string): Generator<Permissions> {
    for (const table of [this.exact, this.prefixes]) {
      for (const [text, permissions] of table) if (text.startsWith(mountPath)) yield permissions
    }
    const segments = mountPath.split('/').slice(0, -1)
    for (const wildcard of this.#wildcards) if (reachesInto(wildcard, segments)) yield wildcard.permissions
  }

  #mostSpecific (path: string): Permissions | undefined {
    const prefix = this.#longestPrefix(path)
    const wildcard = this.#firstWildcard(path)
    if (prefix === undefined || wildcard === undefined) return (prefix ?? wildcard)?.permissions
    return compareRank(prefix, wildcard) > 0 ? prefix.permissions : wildcard.permissions
  }

  #longestPrefix (path: string): Ranked | undefined {
    for (const length of this.#prefixLengths) {
      if (length > path.length) continue
      const found = this.#rankedPrefixes.get(path.slice(0, length))
      if (found !== undefined) return found
    }
    return undefined
  }

  #firstWildcard (path: string): Ranked | undefined {
    if (this.#wildcards.length === 0) return undefined
    const segments = path.split('/')
    return this.#wildcards.find((wildcard) => path.startsWith(wildcard.fixed) && fits(wildcard, segments))
  }
}

/** Whether a plus sign begins a segment; only then Vault looks at segments at all. */
function hasPlusSegments (pattern: string): boolean {
  return pattern.startsWith('+/') || pattern.includes('/+') || pattern === '+'
}

function rank (pattern: string, permissions: Permissions): Ranked {
  const endsWithStar = pattern.endsWith('*')
  const text = endsWithStar ? pattern.slice(0, -1) : pattern
  const segments = text.split('/')
  const fixed = hasPlusSegments(pattern) ? pattern.slice(0, pattern.indexOf('+')) : text
  return {
    permissions,
    bytes: Buffer.from(text),
    endsWithStar,
    fixed,
    fixedLength: Buffer.byteLength(fixed),
    plusSegments: segments.filter((segment) => segment === '+').length,
    segments
  }
}

/** Positive if the first is more specific: later wildcard, no star, fewer plus signs, longer, greater. */
function compareRank (a: Ranked, b: Ranked): number {
  if (a.fixedLength !== b.fixedLength) return a.fixedLength - b.fixedLength
  if (a.endsWithStar !== b.endsWithStar) return a.endsWithStar ? -1 : 1
  if (a.plusSegments !== b.plusSegments) return b.plusSegments - a.plusSegments
  return a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes)
}

function fits ({ segments, endsWithStar }: Ranked, path: readonly string[]): boolean {
  if (endsWithStar ? path.length < segments.length : path.length !== segments.length) return false
  const last = segments.length - 1
  return segments.every((segment, i) => {
    const part = path[i]
    return segment === '+' || segment === part || (endsWithStar && i === last && part?.startsWith(segment) === true)
  })
}

function reachesInto ({ segments, endsWithStar }: Ranked, mount: readonly string[]): boolean {
  const last = segments.length - 1
  return mount.every((part, i) => {
    const segment = segments[i]
    if (segment === undefined) return endsWithStar && part !== undefined
    return segment === '+' || segment === part || (endsWithStar && i === last && part.startsWith(segment))
  })
}
