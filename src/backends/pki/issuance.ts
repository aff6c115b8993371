// Makes certificates: with a key of their own, or for a request; leaves and authorities.
import type { KeyObject } from 'node:crypto'
import type { Extension } from '@peculiar/asn1-x509'
import { invalid } from '../../refusal/index.js'
import { makePrivateKey, type CurveName } from '../private-keys.js'
import type { NameWishes } from './certificate-fields.js'
import type { KeyParameters } from './key-parameters.js'
import { notAfterFor, notBeforeFor } from './lifetime.js'
import type { Limits } from './limits.js'
import { parsePolicies } from './policy-identifiers.js'
import { requestedNames } from './requested-names.js'
import type { SigningIssuer } from './signing-issuer.js'
import { chance, type PkiContext } from './stored.js'
import type { CertificateUrls } from './urls.js'
import { AUTHORITY_USAGE, extendedKeyUsages, keyUsageBits } from './usages.js'
import { alternativeNamesIn } from './x509/alternative-names.js'
import { algorithmFor } from './x509/algorithms.js'
import { parseCertificate, signCertificate, type ParsedCertificate } from './x509/certificate.js'
import { extensionsOf } from './x509/extensions.js'
import { subjectKeyIdOf } from './x509/keys.js'
import { flattenedName, isEmptyName } from './x509/names.js'
import type { ParsedRequest } from './x509/request.js'

const SERIAL_BYTES = 20
const BASIC_CONSTRAINTS = '2.5.29.19'
const SUBJECT_ALT_NAME = '2.5.29.17'

/** Everything that decides what a certificate says. */
export interface IssuanceWish {
  readonly limits: Limits
  readonly fields: NameWishes & { readonly skid?: string, readonly permitted_dns_domains?: readonly string[] }
  readonly publicKey: KeyObject
  /** who signs; absent: itself, with `ownKey` */
  readonly signer?: SigningIssuer
  readonly ownKey?: KeyObject
  readonly urls: CertificateUrls
  /** what is to be certified for somebody else */
  readonly request?: ParsedRequest
  /** takes subject and extensions of the request as they are */
  readonly copiesRequest?: boolean
  /** absent: a leaf */
  readonly authority?: { readonly maxPathLength: number }
}

export interface Issued {
  readonly certificate: ParsedCertificate
  readonly warnings: readonly string[]
}

/** Makes a private key as a role or an authority wants it. */
export async function makeKeyFor (context: PkiContext, { keyType, keyBits }: KeyParameters): Promise<KeyObject> {
  const random = chance(context)
  if (keyType === 'rsa') return await makePrivateKey({ type: 'rsa', bits: keyBits }, random)
  if (keyType === 'ec') return await makePrivateKey({ type: 'ec', curve: `P-${keyBits}` as CurveName }, random)
  return await makePrivateKey({ type: 'ed25519' }, random)
}

/** Twenty bytes, of which the first is neither zero nor beyond the positive. */
function newSerial (context: PkiContext): Buffer {
  const serial = chance(context).bytes(SERIAL_BYTES)
  serial[0] = ((serial[0] ?? 0) & 0x7f) || 1
  return serial
}

/**
 * Checks what is asked for, and signs.
 *
 * @throws VaultError what the role or the issuer does not allow
 */
export function issue (context: PkiContext, wish: IssuanceWish): Issued {
  const { limits, fields, signer, request, publicKey } = wish
  const { role } = limits
  const { subject: ownSubject, names: ownNames } = requestedNames(limits, fields, request, context.cluster.profile)
  const { notAfterMs, warnings } = notAfterFor(context, {
    role,
    ttl: fields.ttl ?? 0,
    notAfter: fields.not_after ?? '',
    ...(signer && {
      issuer: {
        notBeforeMs: signer.certificate.notBeforeMs,
        notAfterMs: signer.certificate.notAfterMs,
        behavior: wish.authority === undefined ? signer.issuer.leafNotAfterBehavior : 'permit'
      }
    })
  })
  const copy = wish.copiesRequest ? request : undefined
  const subject = copy ? flattenedName(copy.subject) : ownSubject
  const names = copy ? { ...alternativeNamesIn(copy.extensions), others: ownNames.others } : ownNames
  const subjectKeyId = givenKeyId(fields.skid) ?? subjectKeyIdOf(publicKey)
  const copied = copy ? copiedExtensions(copy, names.others.length > 0) : []
  refuseSpentPath(wish)
  const extensions = extensionsOf({
    keyUsage: wish.authority === undefined ? keyUsageBits(role.key_usage) : AUTHORITY_USAGE,
    extendedKeyUsages: wish.authority === undefined ? extendedKeyUsages(role) : [],
    ...constraintsFor(wish),
    subjectKeyId,
    authorityKeyId: signer === undefined ? subjectKeyId : signer.certificate.subjectKeyId,
    ...wish.urls,
    names,
    isSubjectEmpty: isEmptyName(subject),
    policies: parsePolicies(role.policy_identifiers, context.cluster.profile),
    permittedDnsDomains: fields.permitted_dns_domains ?? [],
    copied
  })
  const key = signer?.key ?? wish.ownKey
  if (key === undefined) throw new Error('a certificate without anybody to sign it')
  const der = signCertificate({
    serial: newSerial(context),
    subject,
    issuer: signer?.certificate.subject ?? subject,
    notBeforeMs: notBeforeFor(context, role, fields.not_before ?? ''),
    notAfterMs,
    publicKey,
    extensions
  }, key, algorithmFor(key, role.signature_bits, role.use_pss))
  return { certificate: parseCertificate(der), warnings: [...warnings, ...ignoredConstraints(wish)] }
}

function constraintsFor ({ authority, limits }: IssuanceWish): {
  readonly basicConstraints?: { readonly isCa: boolean, readonly maxPathLength?: number }
} {
  if (authority !== undefined) return { basicConstraints: { isCa: true, maxPathLength: authority.maxPathLength } }
  return limits.role.basic_constraints_valid_for_non_ca ? { basicConstraints: { isCa: false } } : {}
}

/** How many authorities may follow one that another signs. @param wanted undefined: one fewer than behind that */
export function pathLengthBelow ({ certificate }: SigningIssuer, wanted: number | undefined): number {
  const { maxPathLength } = certificate
  if (wanted !== undefined) return wanted
  if (maxPathLength === undefined) return -1
  return maxPathLength === 0 ? 0 : maxPathLength - 1
}

function refuseSpentPath ({ authority, signer }: IssuanceWish): void {
  if (authority === undefined || signer?.certificate.maxPathLength !== 0) return
  throw invalid('signing certificate has a max path length of zero, and cannot issue further CA certificates')
}

function copiedExtensions ({ extensions }: ParsedRequest, hasOwnNames: boolean): Extension[] {
  return extensions.filter(({ extnID }) => {
    return extnID !== BASIC_CONSTRAINTS && !(hasOwnNames && extnID === SUBJECT_ALT_NAME)
  })
}

function ignoredConstraints ({ authority, request }: IssuanceWish): string[] {
  const isIgnored = authority === undefined && request?.extensions.some(({ extnID }) => extnID === BASIC_CONSTRAINTS)
  return isIgnored ? ['specified CSR contained a Basic Constraints extension that was ignored during issuance'] : []
}

function givenKeyId (text: string | undefined): Buffer | undefined {
  if (text === undefined || text === '') return undefined
  const digits = text.replace(/[:\- ]/g, '')
  if (/^(?:[0-9a-f]{2})+$/i.test(digits)) return Buffer.from(digits, 'hex')
  const bad = /[^0-9a-f]/iu.exec(digits)?.[0]
  const why = bad === undefined ? 'encoding/hex: odd length hex string' : `encoding/hex: invalid byte: ${goRune(bad)}`
  throw invalid(`cannot parse requested SKID value as hex: ${why}`)
}

/** As Go's `%#U` prints a character: `U+0078 'x'`. */
function goRune (character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${character}'`
}
