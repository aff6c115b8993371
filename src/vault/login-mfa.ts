// MFA at login: whom it is asked of, and whether what they present is right. A login that lacks it waits for its
// second half. Facts and texts: Vault's own `login_mfa.go`, tried on a Vault 1.21.4.
import type { Storage } from '../cluster/storage.js'
import { formatDurationMs } from '../go/durations.js'
import { multiError } from '../go/multierror.js'
import type { JsonObject } from '../json/index.js'
import { invalid } from '../refusal/index.js'
import { identityOfToken, type Entity } from './identity.js'
import type { MountEntry } from './mounts/mounts.js'
import type { Call, LogicalResponse } from './paths.js'
import { stored } from './stored.js'
import { isValid, type CodeKey } from './time-based-codes.js'
import type { TokenSpec } from './tokens/tokens.js'

/** How passcodes are made; `totp` is the only kind that is simulated. */
export type MfaMethod = JsonObject & {
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly periodSeconds: number
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  readonly digits: 6 | 8
  readonly skew: 0 | 1
  readonly keySizeBytes: number
  readonly qrSizePixels: number
  readonly maxValidationAttempts: number
}

/** What an entity has of a method: its settings at the time, and the key. */
export type MfaSecret = JsonObject & CodeKey

/** Who needs which methods, any of them. */
export type MfaEnforcement = JsonObject & {
  readonly id: string
  readonly name: string
  readonly methodIds: readonly string[]
  readonly authMethodAccessors: readonly string[]
  readonly authMethodTypes: readonly string[]
  readonly identityGroupIds: readonly string[]
  readonly identityEntityIds: readonly string[]
}

/** A login whose second half is missing. */
export type HalfLogin = JsonObject & {
  readonly spec: JsonObject & TokenSpec & { readonly entityId: string }
  readonly mountAccessor: string
  readonly mountType: string
  readonly warnings: readonly string[]
}

export type PendingLogin = HalfLogin & { readonly expiresAtMs: number }

/** How often an entity has tried a method. */
export type MfaAttempts = JsonObject & { readonly count: number, readonly expiresAtMs: number }

/** What somebody presents, by a method's id or name. */
export type MfaCredentials = ReadonlyMap<string, readonly string[]>

type LoginMount = Pick<MountEntry, 'accessor' | 'type'>

/** `defaultMFAAuthResponseTTL` */
const PENDING_MS = 300_000
const HEADER = 'x-vault-mfa'
const PENDING_WARNING = 'A login request was issued that is subject to MFA validation. Please make sure to validate ' +
  'the login by sending another request to mfa/validate endpoint.'

/** The enforcements that ask something of an entity that comes by a mount. */
export function enforcementsFor (storage: Storage, entityId: string, mount: LoginMount): MfaEnforcement[] {
  const enforcements = [...stored.mfaEnforcements(storage).entries()].map(([, each]) => each)
  if (enforcements.length === 0) return enforcements
  const { direct, inherited } = identityOfToken(storage, entityId)
  const groupIds = new Set([...direct, ...inherited].map(({ id }) => id))
  return enforcements.filter((each) => each.identityEntityIds.includes(entityId) ||
    each.identityGroupIds.some((id) => groupIds.has(id)) ||
    each.authMethodAccessors.includes(mount.accessor) || each.authMethodTypes.includes(mount.type))
}

/**
 * What the header presents: `<method's id or name>:<passcode>`, several with commas between.
 *
 * @throws {VaultError} `invalid`
 */
export function credentialsIn (headers: Readonly<Record<string, string | undefined>>): MfaCredentials {
  const found = new Map<string, readonly string[]>()
  for (const text of (headers[HEADER] ?? '').split(',').map((each) => each.trim())) {
    if (text === '') continue
    const colon = text.indexOf(':')
    const [method, value] = colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
    if (method === '') throw malformed('missing method name or ID')
    if (value === '') throw malformed('missing method value')
    found.set(method, [...found.get(method) ?? [], ...value === undefined ? [] : [value]])
  }
  return found
}

function malformed (what: string): Error {
  return invalid(`failed to parse X-Vault-MFA header: invalid data in header "X-Vault-MFA"; ${what}`)
}

/** A login waits for its second half: the answer that asks for it. */
export function pend (
  { storage, nowMs, cluster }: Call<unknown>,
  login: HalfLogin,
  enforcements: readonly MfaEnforcement[]
): LogicalResponse {
  dropExpired(storage, nowMs)
  const id = cluster.random.stream('identity').uuid()
  stored.pendingLogins(storage).put(id, { ...login, expiresAtMs: nowMs + PENDING_MS })
  const constraints = enforcements.map(({ name, methodIds }) =>
    [name, { any: methodIds.map((each) => asked(storage, each)) }])
  const mfaRequirement = { mfa_request_id: id, mfa_constraints: Object.fromEntries(constraints) }
  return { mfaRequirement, warnings: [...login.warnings, PENDING_WARNING] }
}

function asked (storage: Storage, methodId: string): JsonObject {
  const name = stored.mfaMethods(storage).get(methodId)?.name ?? ''
  return { type: 'totp', id: methodId, uses_passcode: true, name: name === '' ? undefined : name }
}

function dropExpired (storage: Storage, nowMs: number): void {
  for (const area of [stored.pendingLogins(storage), stored.mfaAttempts(storage)]) {
    for (const [key, { expiresAtMs }] of [...area.entries()]) if (expiresAtMs <= nowMs) area.delete(key)
  }
  const used = stored.usedPasscodes(storage)
  for (const [key, expiresAtMs] of [...used.entries()]) if (expiresAtMs <= nowMs) used.delete(key)
}

/** What of a call it takes to look at passcodes. */
export type MfaContext = Pick<Call, 'storage' | 'nowMs'>

/** Why what is presented does not satisfy an enforcement; undefined if it does. */
export function problemOf (
  context: MfaContext, { methodIds }: MfaEnforcement, entity: Entity, credentials: MfaCredentials
): string | undefined {
  const presented = methodIds.map((id) => [id, credentials.get(id) ?? credentials.get(nameOf(context, id))] as const)
  if (presented.every(([, values]) => values === undefined)) {
    const missing = methodIds.map((id) => 'failed to find MFA credentials associated with an MFA method ID ' +
      `${id}, method name ${nameOf(context, id)}`)
    return `failed to sanitize MFA creds, ${multiError(missing)}`
  }
  const problems: string[] = []
  for (const [methodId, values] of presented) {
    if (values === undefined) continue
    const problem = passcodeProblem(context, methodId, entity, values)
    if (problem === undefined) return undefined
    problems.push(problem)
  }
  return multiError([...problems, `login MFA validation failed for methodID: [${methodIds.join(' ')}]`])
}

function nameOf ({ storage }: MfaContext, methodId: string): string {
  return stored.mfaMethods(storage).get(methodId)?.name ?? ''
}

function passcodeProblem (
  context: MfaContext, methodId: string, entity: Entity, values: readonly string[]
): string | undefined {
  const factors = values.filter((value) => value !== '').map((value) => value.replace(/^passcode=/, ''))
  const [passcode = '', ...more] = factors
  const odd = values.find((value) => value.includes('=') && !value.startsWith('passcode='))
  if (odd !== undefined) return `failed to parse MFA factor, found an invalid MFA cred: ${odd}`
  if (more.length > 0) return 'failed to parse MFA factor, found multiple passcodes for the same MFA method'
  const method = stored.mfaMethods(context.storage).get(methodId)
  if (method === undefined) return 'MFA method configuration not present'
  const secret = entity.mfaSecrets?.[methodId]
  if (secret === undefined) return `MFA secret for method ID "${methodId}" not present in entity "${entity.id}"`
  if (passcode === '') return 'MFA credentials not supplied'
  return wrongCode(context, { method, secret, entityId: entity.id, passcode })
}

interface Presented {
  readonly method: MfaMethod
  readonly secret: MfaSecret
  readonly entityId: string
  readonly passcode: string
}

/** A passcode is good once; wrong ones are counted, and too many end it for a while (`validateTOTP`). */
function wrongCode ({ storage, nowMs }: MfaContext, presented: Presented): string | undefined {
  const { method, secret, entityId, passcode } = presented
  const { periodSeconds, skew } = secret
  const usedKey = `${method.id}/${encodeURIComponent(passcode)}`
  if ((stored.usedPasscodes(storage).get(usedKey) ?? 0) > nowMs) {
    return `code already used; new code is available in ${periodSeconds} seconds`
  }
  const attemptsKey = `${method.id}/${entityId}`
  const exceeded = countAttempt({ storage, nowMs }, attemptsKey, method, periodSeconds)
  if (exceeded !== undefined) return exceeded
  if (!isValid(secret, passcode.trim(), nowMs)) return 'failed to validate TOTP passcode'
  stored.usedPasscodes(storage).put(usedKey, nowMs + periodSeconds * (2 + skew) * 1000)
  stored.mfaAttempts(storage).delete(attemptsKey)
  return undefined
}

function countAttempt (
  { storage, nowMs }: MfaContext, key: string, { maxValidationAttempts: most }: MfaMethod, periodSeconds: number
): string | undefined {
  const known = stored.mfaAttempts(storage).get(key)
  const { count, expiresAtMs } = known !== undefined && known.expiresAtMs > nowMs
    ? known
    : { count: 0, expiresAtMs: nowMs + periodSeconds * 1000 }
  if (count >= most) {
    return `maximum TOTP validation attempts ${count + 1} exceeded the allowed attempts ${most}. ` +
      `Please try again in ${formatDurationMs(periodSeconds * 1000)} seconds`
  }
  stored.mfaAttempts(storage).put(key, { count: count + 1, expiresAtMs })
  return undefined
}

/** The login that waits under an id; undefined once it has waited for too long. */
export function pendingLogin ({ storage, nowMs }: MfaContext, id: string): PendingLogin | undefined {
  const login = id === '' ? undefined : stored.pendingLogins(storage).get(id)
  return login !== undefined && login.expiresAtMs > nowMs ? login : undefined
}
