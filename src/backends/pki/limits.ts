// What a role allows: names, addresses, serial numbers.
import { isWithin } from '../../go/cidrs.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { identityOfToken } from '../../vault/identity.js'
import type { Call } from '../../vault/paths.js'
import { fillTemplates, isTemplated, templateValuesOf, type TemplateValues } from '../../vault/policies/policy-templates.js'
import { matchesGlob } from './globs.js'
import { asciiName, isHostName, isWildcardLabel } from './host-names.js'
import { parseOtherNames } from './other-names.js'
import type { Role } from './role-form.js'
import type { AlternativeNames, OtherUtf8Name } from './x509/alternative-names.js'

/** A role's limits, for one caller. */
export interface Limits {
  readonly role: Role
  readonly displayName: string
  /** a domain or URI with its templates filled; undefined where that cannot be done */
  readonly filled: (text: string, isTemplate: boolean) => string | undefined
}

export function limitsFor (call: Pick<Call, 'storage' | 'token'>, role: Role): Limits {
  const { token, storage } = call
  const values = templateValuesOf(identityOfToken(storage, token?.entityId ?? ''))
  return { role, displayName: token?.displayName ?? '', filled: (text, isTemplate) => isTemplate ? fill(text, values) : text }
}

/** What is no template, or cannot be one, is taken as it is written. */
function fill (text: string, values: TemplateValues): string | undefined {
  try {
    return isTemplated(text) ? fillTemplates(text, values) : text
  } catch (error) {
    if (error instanceof VaultError) return text
    throw error
  }
}

/** @throws VaultError `common name x not allowed by this role` */
export function checkCommonName (limits: Limits, name: string): void {
  const { cn_validations: validations } = limits.role
  if (validations.length === 1 && validations[0] === 'disabled') return
  const kind = name.includes('@') ? 'email' : 'hostname'
  if (isAllowedName(limits, name) && (validations.length === 0 || validations.includes(kind))) return
  throw invalid(`common name ${name} not allowed by this role`)
}

/** @throws VaultError `subject alternate name x not allowed by this role`, `email address …` */
export function checkNames (limits: Limits, { dns, emails }: Pick<AlternativeNames, 'dns' | 'emails'>): void {
  const badName = dns.find((name) => !isAllowedName(limits, name))
  if (badName !== undefined) throw invalid(`subject alternate name ${badName} not allowed by this role`)
  const badEmail = emails.find((name) => !isAllowedName(limits, name))
  if (badEmail !== undefined) throw invalid(`email address ${badEmail} not allowed by this role`)
}

/** A name taken apart. */
interface Parts {
  readonly name: string
  /** behind the @, and without the wildcard's label */
  readonly reduced: string
  readonly isEmail: boolean
  readonly isWildcard: boolean
}

function isAllowedName (limits: Limits, name: string): boolean {
  const parts = partsOf(limits.role, name)
  if (parts === undefined) return false
  const { role } = limits
  return role.allow_any_name || isLocal(role, parts) || isDisplayName(limits, parts) ||
    role.allowed_domains.some((domain) => isOfDomain(limits, parts, domain))
}

/** undefined: of a form that does not go. */
function partsOf (role: Role, name: string): Parts | undefined {
  const halves = name.split('@')
  if (halves.length > 2) return undefined
  const isEmail = halves.length === 2
  const host = halves.at(-1) ?? ''
  const isWildcard = host.includes('*')
  if (!isWildcard) return isHost(role, host) ? { name, reduced: host, isEmail, isWildcard } : undefined
  const dot = host.indexOf('.')
  const label = dot < 0 ? host : host.slice(0, dot)
  const reduced = dot < 0 ? '' : host.slice(dot + 1)
  const isOff = isEmail || !role.allow_wildcard_certificates || host.split('*').length > 2 || reduced.includes('*')
  if (isOff || !isHost(role, reduced) || (role.enforce_hostnames && !isWildcardLabel(label))) return undefined
  return { name, reduced, isEmail, isWildcard }
}

function isHost (role: Role, name: string): boolean {
  if (!role.enforce_hostnames || name === '') return true
  try {
    return isHostName(asciiName(name))
  } catch (error) {
    if (error instanceof VaultError) return false
    throw error
  }
}

function isLocal (role: Role, { reduced }: Parts): boolean {
  if (!role.allow_localhost) return false
  return ['localhost', 'localdomain'].some((local) => {
    return reduced === local || (role.allow_subdomains && reduced.endsWith(`.${local}`))
  })
}

function isDisplayName ({ role, displayName }: Limits, { name, reduced, isEmail, isWildcard }: Parts): boolean {
  if (!role.allow_token_displayname) return false
  if (name === displayName) return true
  if (!role.allow_subdomains) return false
  const [, domain] = displayName.split('@')
  if (isEmail && domain !== undefined && reduced.endsWith(`.${domain}`)) return true
  return reduced.endsWith(`.${displayName}`) || (isWildcard && reduced === displayName)
}

function isOfDomain ({ role, filled }: Limits, parts: Parts, allowed: string): boolean {
  const domain = allowed === '' ? undefined : filled(allowed, role.allowed_domains_template)
  if (domain === undefined) return false
  const { name, reduced, isEmail, isWildcard } = parts
  if (role.allow_bare_domains && (isSame(name, domain) || (isEmail && isSame(reduced, domain)))) return true
  if (role.allow_subdomains && (reduced.endsWith(`.${domain}`) || (isWildcard && isSame(reduced, domain)))) return true
  return role.allow_glob_domains && domain.includes('*') && matchesGlob(domain, name)
}

function isSame (a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** @throws VaultError `serial_number x not allowed by this role` */
export function checkSerialNumber ({ role }: Limits, serialNumber: string): void {
  if (serialNumber === '') return
  if (role.allowed_serial_numbers.some((pattern) => pattern !== '' && matchesGlob(pattern, serialNumber))) return
  throw invalid(`serial_number ${serialNumber} not allowed by this role`)
}

/** @throws VaultError `user_id x is not allowed by this role` */
export function checkUserId ({ role }: Limits, userId: string): void {
  const allowed = role.allowed_user_ids
  if (allowed.some((pattern) => isSame(pattern, userId) || (pattern.includes('*') && matchesGlob(pattern, userId)))) return
  throw invalid(`user_id ${userId} is not allowed by this role`)
}

/** @throws VaultError `other SAN x not allowed for OID y by this role` */
export function checkOtherNames ({ role }: Limits, others: readonly OtherUtf8Name[]): void {
  const { allowed_other_sans: allowed } = role
  if (allowed.length === 1 && allowed[0] === '*') return
  const patterns = parseOtherNames(allowed, "error parsing role's allowed SANs")
  for (const { oid, value } of others) {
    const ofKind = patterns.filter((pattern) => pattern.oid === oid)
    if (ofKind.length === 0) throw invalid(`other SAN OID ${oid} not allowed by this role`)
    if (ofKind.some((pattern) => matchesGlob(pattern.value, value))) continue
    throw invalid(`other SAN ${value} not allowed for OID ${oid} by this role`)
  }
}

/** Where names come from: refusals say so. */
export type Origin = 'the API' | 'CSR'

/** @throws VaultError `IP Subject Alternative Names are not allowed in this role, but was provided …` */
export function checkAddresses ({ role }: Limits, ips: readonly string[], origin: Origin): void {
  if (ips.length === 0) return
  if (!role.allow_ip_sans) {
    const what = origin === 'CSR' ? 'some via CSR' : `[${ips.join(' ')}]`
    throw invalid(`IP Subject Alternative Names are not allowed in this role, but was provided ${what}`)
  }
  const { allowed_ip_sans_cidr: networks } = role
  const outside = networks.length === 0 ? undefined : ips.find((ip) => !isWithin(ip, networks))
  // inferred: OpenBao's own words are not known
  if (outside !== undefined) throw invalid(`IP Subject Alternative Name ${outside} not allowed by this role`)
}

/** @throws VaultError `URI Subject Alternative Names …` */
export function checkUris ({ role, filled }: Limits, uris: readonly string[], origin: Origin): void {
  if (uris.length === 0) return
  if (role.allowed_uri_sans.length === 0) {
    throw invalid(`URI Subject Alternative Names are not allowed in this role, but were provided via ${origin}`)
  }
  const patterns = role.allowed_uri_sans.flatMap((uri) => filled(uri, role.allowed_uri_sans_template) ?? [])
  if (uris.every((uri) => patterns.some((pattern) => matchesGlob(pattern, uri)))) return
  throw invalid(`URI Subject Alternative Names were provided via ${origin} which are not valid for this role`)
}
