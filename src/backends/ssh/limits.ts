// What a role lets a certificate hold: its key, its owner, its life, its options.
import { createHash } from 'node:crypto'
import { compareBytes, type JsonObject } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { identityOfToken } from '../../vault/identity.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import type { Call } from '../../vault/paths.js'
import { fillTemplates, templateValuesOf } from '../../vault/policies/policy-templates.js'
import type { SshPublicKey } from './public-keys.js'
import { textsOf } from './roles.js'
import type { CaRole } from './stored.js'

/** What a request says of the certificate it wants. */
export interface CertificateRequest {
  readonly valid_principals?: string
  readonly ttl?: number
  readonly cert_type: string
  readonly key_id: string
  readonly critical_options: JsonObject
  readonly extensions: JsonObject
}

type RequestCall = Call<CertificateRequest>

const TEMPLATE = /\{\{.+?\}\}/
const NO_ENTITY = 'default_extension templating enabled with at least one extension requiring identity templating. ' +
  'However, this request lacked identity entity information, causing one or more extensions to be skipped from the ' +
  'generated certificate.'

/** The names under which roles speak of a key, those of its curve included. */
export function namesOfKey (algorithm: string, bits: number): readonly string[] {
  const curve = [256, 384, 521].includes(bits) ? [`ecdsa-sha2-nistp${bits}`] : []
  switch (algorithm) {
    case 'rsa': return ['rsa', 'ssh-rsa']
    case 'dsa': return ['dsa', 'ssh-dss']
    case 'ecdsa': return ['ecdsa', 'ec', ...curve]
    case 'ed25519': return ['ed25519', 'ssh-ed25519']
    default: return []
  }
}

/** @throws VaultError `public_key failed to meet the key requirements: key is of an invalid size: 1024` */
export function checkKey ({ algorithm, bits }: SshPublicKey, { allowedUserKeyLengths: allowed }: CaRole): void {
  if (Object.keys(allowed).length === 0) return
  const requirements = 'public_key failed to meet the key requirements'
  if (algorithm === '') throw invalid(`${requirements}: public key type of  is not allowed`)
  const named = namesOfKey(algorithm, bits).filter((name) => Object.hasOwn(allowed, name))
  if (named.length === 0) throw invalid(`${requirements}: key of type ${algorithm} is not allowed`)
  // a name that says the curve, or a key of one length only, needs no number
  const fits = named.some((name) => {
    return (allowed[name] ?? []).some((value) => value === bits || !hasLengths(algorithm, name))
  })
  if (!fits) throw invalid(`${requirements}: key is of an invalid size: ${bits}`)
}

function hasLengths (algorithm: string, name: string): boolean {
  return algorithm === 'rsa' || algorithm === 'dsa' || name === 'ec' || name === 'ecdsa'
}

/** @throws VaultError `setting key_id is not allowed by role` */
export function keyIdFor (call: RequestCall, role: CaRole, { blob }: SshPublicKey): string {
  const { key_id: wanted } = call.fields
  if (wanted !== '' && !role.allowUserKeyIds) throw invalid('setting key_id is not allowed by role')
  if (wanted !== '') return wanted
  const displayName = call.token?.displayName ?? ''
  const usual = displayName === '' ? 'vault-{{public_key_hash}}' : 'vault-{{token_display_name}}-{{public_key_hash}}'
  return (role.keyIdFormat || usual)
    .replaceAll('{{token_display_name}}', () => displayName)
    .replaceAll('{{role_name}}', () => call.params.role ?? '')
    .replaceAll('{{public_key_hash}}', createHash('sha256').update(blob).digest('hex'))
}

/** @throws VaultError `cert_type 'host' is not allowed by role` */
export function kindFor ({ fields: { cert_type: kind } }: RequestCall, role: CaRole): 'user' | 'host' {
  if (kind !== 'user' && kind !== 'host') throw invalid("cert_type must be either 'user' or 'host'")
  const isAllowed = kind === 'user' ? role.allowUserCertificates : role.allowHostCertificates
  if (!isAllowed) throw invalid(`cert_type '${kind}' is not allowed by role`)
  return kind
}

/** Users or hosts, sorted. @throws VaultError `eve is not a valid value for valid_principals` */
export function principalsFor (call: RequestCall, role: CaRole, kind: 'user' | 'host'): readonly string[] {
  const standard = kind === 'user' ? defaultUser(call, role) : ''
  const { valid_principals: asked = standard } = call.fields
  const wanted = listOf(asked === '' && call.cluster.profile.sshEmptyPrincipals === 'by role' ? standard : asked)
  const names = kind === 'user' ? role.allowedUsers : role.allowedDomains
  const isTemplate = kind === 'user' ? role.allowedUsersTemplate : role.allowedDomainsTemplate
  const allowed = listOf(isTemplate ? rendered(call, names, invalid) : names)
  if (wanted.length === 0) return noPrincipals(call, role, names)
  if (allowed.length === 0) throw invalid('role is not configured to allow any principals')
  const stranger = names === '*' ? undefined : wanted.find((name) => !isAllowed(role, kind, allowed, name))
  if (stranger !== undefined) throw invalid(`${stranger} is not a valid value for valid_principals`)
  return wanted
}

function defaultUser (call: RequestCall, role: CaRole): string {
  return role.defaultUserTemplate ? rendered(call, role.defaultUser, failure) : role.defaultUser
}

function noPrincipals (call: RequestCall, role: CaRole, names: string): readonly string[] {
  const { sshEmptyPrincipals: rule, sshEmptyPrincipalsText: text } = call.cluster.profile
  const isFree = rule === 'allowed' || role.allowEmptyPrincipals || (rule === 'by role or wildcard' && names === '*')
  if (!isFree) throw invalid(text)
  return []
}

function isAllowed (role: CaRole, kind: 'user' | 'host', allowed: readonly string[], name: string): boolean {
  if (kind === 'user') return allowed.includes(name)
  return allowed.some((domain) => {
    return (role.allowBareDomains && domain === name) || (role.allowSubdomains && name.endsWith(`.${domain}`))
  })
}

function listOf (text: string): string[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '')
  return [...new Set(names)].sort(compareBytes)
}

/** A text with what the caller's entity fills in; without an entity as it stands. */
function rendered (call: RequestCall, text: string, refuse: (message: string) => Error): string {
  const { entityId = '' } = call.token ?? {}
  if (!TEMPLATE.test(text) || entityId === '') return text
  const filled = fillTemplates(text, templateValuesOf(identityOfToken(call.storage, entityId)))
  if (filled !== undefined) return filled
  const why = 'no value could be found for one of the template directives'
  throw refuse(`template '${text}' could not be rendered -> ${why}`)
}

/** @throws VaultError `ttl is larger than maximum allowed 3600` */
export function ttlSecondsFor (call: RequestCall, role: CaRole): number {
  const { defaultSeconds, maxSeconds } = effectiveTtls(call.mount, call.cluster.leaseTtls)
  const { ttl: asked } = call.fields
  const wanted = (asked ?? role.ttlSeconds) || defaultSeconds
  const most = role.maxTtlSeconds || maxSeconds
  if (asked !== undefined && wanted > most) throw invalid(`ttl is larger than maximum allowed ${most}`)
  return Math.min(wanted, most)
}

/** @throws VaultError `critical options not on allowed list: [x]` */
export function criticalOptionsFor ({ fields }: RequestCall, role: CaRole): Readonly<Record<string, string>> {
  const asked = textsOf(fields.critical_options)
  if (Object.keys(asked).length === 0) return role.defaultCriticalOptions
  const strangers = role.allowedCriticalOptions === '' ? [] : notIn(role.allowedCriticalOptions, asked)
  if (strangers.length > 0) throw invalid(`critical options not on allowed list: [${strangers.join(' ')}]`)
  return asked
}

function notIn (list: string, asked: Readonly<Record<string, string>>): string[] {
  const allowed = list.split(',')
  return Object.keys(asked).filter((name) => !allowed.includes(name))
}

/** @throws VaultError `extensions [x] are not on allowed list` */
export function extensionsFor (call: RequestCall, role: CaRole): {
  readonly extensions: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
} {
  const asked = textsOf(call.fields.extensions)
  if (Object.keys(asked).length === 0) return defaultExtensions(call, role)
  const strangers = role.allowedExtensions === '*' ? [] : notIn(role.allowedExtensions, asked)
  if (strangers.length > 0) throw invalid(`extensions [${strangers.join(' ')}] are not on allowed list`)
  return { extensions: asked, warnings: [] }
}

function defaultExtensions (call: RequestCall, role: CaRole): ReturnType<typeof extensionsFor> {
  const all = Object.entries(role.defaultExtensions)
  if (!role.defaultExtensionsTemplate) return { extensions: role.defaultExtensions, warnings: [] }
  const hasEntity = (call.token?.entityId ?? '') !== ''
  const kept = all.filter(([, value]) => hasEntity || !TEMPLATE.test(value))
  return {
    extensions: Object.fromEntries(kept.map(([name, value]) => [name, rendered(call, value, invalid)])),
    warnings: kept.length < all.length ? [NO_ENTITY] : []
  }
}
