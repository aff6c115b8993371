// What capabilities in a namespace are called, and what several policies grant together.
import type { Level, NamedRule, Resource, Rules } from './acl-rules.js'

/** All that is granted anew by a level is added to what the one before it has. */
const READ = [
  'list-jobs', 'parse-job', 'read-job', 'csi-list-volume', 'csi-read-volume', 'read-job-scaling',
  'list-scaling-policies', 'read-scaling-policy', 'host-volume-read'
]
const SCALE = ['read-job-scaling', 'list-scaling-policies', 'read-scaling-policy', 'scale-job']
const WRITE = [
  ...READ, 'scale-job', 'submit-job', 'dispatch-job', 'read-logs', 'read-fs', 'alloc-exec', 'alloc-lifecycle',
  'csi-mount-volume', 'csi-write-volume', 'submit-recommendation', 'host-volume-create', 'host-volume-delete',
  'host-volume-register', 'host-volume-write'
]
const LEVELS: Readonly<Record<string, readonly string[]>> = { deny: ['deny'], read: READ, scale: SCALE, write: WRITE }

export const NAMESPACE_CAPABILITIES: ReadonlySet<string> = new Set([
  'deny', 'alloc-node-exec', 'csi-register-plugin', 'sentinel-override', ...WRITE
])

export function expandNamespaceLevel (level: string): readonly string[] {
  return LEVELS[level] ?? []
}

/** `deny` in any policy wins; `write` includes `read`. */
export function rulesAllow (policies: readonly Rules[], resource: Resource, level: Level): boolean {
  const levels = policies.map(({ levels }) => levels[resource])
  if (levels.includes('deny')) return false
  return levels.includes('write') || (level === 'read' && levels.includes('read'))
}

/**
 * What rules together grant for one name: those that name it exactly, else those of the pattern that is closest to it.
 * `deny` leaves nothing.
 */
export function capabilitiesFor (rules: readonly NamedRule[], name: string): ReadonlySet<string> {
  const exact = rules.filter((rule) => rule.name === name)
  const granted = (exact.length > 0 ? exact : closest(rules, name)).flatMap(({ capabilities }) => capabilities)
  return new Set(granted.includes('deny') ? [] : granted)
}

function closest (rules: readonly NamedRule[], name: string): readonly NamedRule[] {
  const matching = rules.filter(({ name: pattern }) => pattern.includes('*') && matches(pattern, name))
  const length = Math.max(0, ...matching.map(({ name: pattern }) => literalLength(pattern)))
  return matching.filter(({ name: pattern }) => literalLength(pattern) === length)
}

function literalLength (pattern: string): number {
  return pattern.replaceAll('*', '').length
}

/** The names have letters, digits and dashes alone. */
function matches (pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name)
}
