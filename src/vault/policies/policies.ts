// The policy store: named policies at `replicated/policy/<name>`, and those that are always there.
import { ROOT_NAMESPACE_ID, type Storage } from '../../cluster/storage.js'
import { decodedBase64 } from '../../go/base64.js'
import { goQuote } from '../../go/values.js'
import { compareBytes } from '../../json/index.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { stored } from '../stored.js'
import { BUILT_IN } from './built-in-policies.js'
import { memoize } from '../memo.js'
import { parsePolicy } from './policy-rules.js'
import type { Policy } from './policy-rules.js'

export { parsePolicy } from './policy-rules.js'
export type { PathRule, Policy } from './policy-rules.js'

/** A policy as stored. The last three are shown by OpenBao only. */
export type StoredPolicy = JsonObject & {
  readonly name: string
  readonly text: string
  /** counts the writes, from 1 */
  readonly version: number
  readonly casRequired: boolean
  /** 0: written before anything could be observed, as the built-in ones */
  readonly modifiedAtMs: number
}

/** What is written; the rest follows from what is there. */
export interface PolicyWrite {
  readonly name: string
  readonly text: string
  readonly nowMs: number
  /** OpenBao's check-and-set: the version expected, -1 for none yet */
  readonly cas?: number | undefined
  readonly casRequired?: boolean | undefined
}

/** Never changed and never deleted; the last two are not even listed. */
const IMMUTABLE: ReadonlySet<string> = new Set(['root', 'response-wrapping', 'control-group'])

const builtIn: ReadonlyMap<string, StoredPolicy> = new Map(Object.entries(BUILT_IN).map(([name, text]) => [name, {
  name, text, version: name === 'root' ? 0 : 1, casRequired: false, modifiedAtMs: 0
}]))
const parsed = memoize(({ name, text }: StoredPolicy) => parsePolicy(name, text))

/** The form in which every name is looked up: in lower case, without blanks around it. */
export function sanitizePolicyName (name: string): string {
  return name.trim().toLowerCase()
}

/** A policy as stored or built in; `root` has no text. */
export function readPolicy (storage: Storage, name: string): StoredPolicy | undefined {
  const sanitized = sanitizePolicyName(name)
  if (sanitized === 'root' && storage.namespaceId !== ROOT_NAMESPACE_ID) return undefined
  if (IMMUTABLE.has(sanitized)) return builtIn.get(sanitized)
  return stored.policies(storage).get(sanitized) ?? builtIn.get(sanitized)
}

/** The same, read: parsed once for each stored object, which never changes. */
export function policyNamed (storage: Storage, name: string): Policy | undefined {
  const policy = readPolicy(storage, name)
  return policy && parsed(policy)
}

/**
 * Stores a policy whose text has been parsed.
 *
 * @throws VaultError `cannot update "root" policy`, or that check-and-set failed
 */
export function writePolicy (storage: Storage, { name, text, nowMs, cas, casRequired }: PolicyWrite): void {
  const sanitized = sanitizePolicyName(name)
  if (IMMUTABLE.has(sanitized)) throw invalid(`cannot update ${goQuote(sanitized)} policy`)
  const existing = readPolicy(storage, sanitized)
  checkAndSet(existing, cas, casRequired === true)
  stored.policies(storage).put(sanitized, {
    name: sanitized,
    text,
    version: (existing?.version ?? 0) + 1,
    casRequired: casRequired === true,
    modifiedAtMs: nowMs
  })
}

function checkAndSet (existing: StoredPolicy | undefined, cas: number | undefined, required: boolean): void {
  if (cas === undefined) {
    if (required || existing?.casRequired === true) throw invalid('check-and-set parameter required for this call')
    return
  }
  if (cas === -1) {
    if (existing !== undefined) throw invalid('check-and-set parameter set to -1 on existing entry')
  } else if (cas !== (existing?.version ?? 0)) throw invalid('check-and-set parameter did not match the current version')
}

/**
 * Deletes a policy, also one that is not there.
 *
 * @throws VaultError `cannot delete "root" policy`, `cannot delete default policy`
 */
export function deletePolicy (storage: Storage, name: string): void {
  const sanitized = sanitizePolicyName(name)
  if (IMMUTABLE.has(sanitized)) throw invalid(`cannot delete ${goQuote(sanitized)} policy`)
  if (sanitized === 'default') throw invalid('cannot delete default policy')
  stored.policies(storage).delete(sanitized)
}

/** The names, sorted, `root` last, which only the root namespace has. */
export function listPolicies (storage: Storage): string[] {
  const names = new Set(['default'])
  for (const [name] of stored.policies(storage).entries()) names.add(name)
  const sorted = [...names].sort(compareBytes)
  return storage.namespaceId === ROOT_NAMESPACE_ID ? [...sorted, 'root'] : sorted
}

/** Whether a token's policy stands for something; tokens may name others. */
export function policyExists (storage: Storage, name: string): boolean {
  return readPolicy(storage, name) !== undefined
}

/** Policies may be sent in base64: what decodes as such is decoded, all else taken as it is. */
export function decodePolicyText (text: string): string {
  return decodedBase64(text)?.toString('utf8') ?? text
}
