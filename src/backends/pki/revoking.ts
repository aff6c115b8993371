// pki/revoke, revoke-with-key and crl/rotate: certificates that hold no longer.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#revoke-certificate and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseCall, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { allIssuers } from './issuer-references.js'
import { crlConfig, rebuildDeltas, rebuildLists, scheduleLists } from './revocation-lists.js'
import { issuerIdOf, storedSerial } from './revocations.js'
import { certificateOf, stored, type PkiContext, type RevokedEntry } from './stored.js'
import { MalformedDer } from './x509/der.js'
import { parseCertificate, type ParsedCertificate } from './x509/certificate.js'
import { isSameKey, keyTypeOf, parsePrivateKey, publicKeyOf } from './x509/keys.js'
import { firstPemBlock } from './x509/pem.js'

const revokeFields = Type.Object({
  serial_number: field.string({ description: 'Serial number, with colons or hyphens.' }),
  certificate: field.string({ description: 'The certificate, as PEM.' })
})
const withKeyFields = Type.Object({
  ...revokeFields.properties,
  private_key: field.string({ description: "The certificate's private key, as PEM." })
})

type RevokeCall = Call<Static<typeof revokeFields>>
type WithKeyCall = Call<Static<typeof withKeyFields>>

const SHORTEST_CERTIFICATE = 75
const SHORTEST_KEY = 64
/** What ends so soon is not worth an entry. */
const ALMOST_OVER_MS = 2000
const DELTA_IS_OFF = 'requested rebuild of delta CRL when delta CRL is not enabled; this is a no-op'

export const revokePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({
    path: 'revoke',
    summary: 'Revokes a certificate.',
    fields: revokeFields,
    operations: { update: (call) => revoke(call, presentedBy(call)) }
  }),
  definePath({
    path: 'revoke-with-key',
    summary: 'Revokes a certificate for who has its private key.',
    fields: withKeyFields,
    operations: { update: revokeWithKey }
  }),
  definePath({
    path: 'crl/rotate',
    summary: 'Makes the lists of revoked certificates anew.',
    fields: Type.Object({}),
    operations: { read: rotate, update: rotate }
  }),
  definePath({
    path: 'crl/rotate-delta',
    summary: 'Makes the lists of changes anew.',
    fields: Type.Object({}),
    operations: { read: rotateDelta, update: rotateDelta }
  })
])

/** A certificate to be revoked, which may not have been stored yet. */
interface Presented {
  readonly certificate: ParsedCertificate
  readonly isNew: boolean
}

function presentedBy (call: RevokeCall): Presented {
  const { serial_number: serial, certificate } = call.fields
  if (serial === undefined && certificate === undefined) {
    throw invalid('The serial number or certificate to revoke must be provided.')
  }
  if (serial !== undefined && certificate !== undefined) {
    throw invalid('Must provide either the certificate or the serial to revoke; not both.')
  }
  if (certificate !== undefined) return presentedCertificate(call, certificate)
  if (serial === undefined || serial === '') throw invalid('The serial number must be provided')
  const coded = stored.certificates(call).get(storedSerial(serial))
  if (coded === undefined) throw invalid(`certificate with serial ${serial} not found.`)
  return { certificate: parseCertificate(Buffer.from(coded, 'base64')), isNew: false }
}

function presentedCertificate (call: RevokeCall, pem: string): Presented {
  if (pem.length < SHORTEST_CERTIFICATE) {
    throw failure('provided certificate data was too short; ' +
      'perhaps a path was passed to the API rather than the contents of a PEM file')
  }
  const block = firstPemBlock(pem)
  if (block === undefined) throw failure('certificate contains no PEM data')
  const certificate = readCertificate(block.der)
  const coded = stored.certificates(call).get(storedSerial(certificate.serial))
  if (coded !== undefined && coded !== block.der.toString('base64')) {
    throw failure('certificate with same serial but unequal value already present in this cluster\'s storage; ' +
      'refusing to revoke')
  }
  if (coded === undefined && issuerIdOf(call, certificate) === '') {
    throw failure('unable to verify signature on presented cert from any present issuer in this mount; certificates from ' +
      'previous CAs will need to have their issuing CA and key re-imported if revocation is necessary')
  }
  return { certificate, isNew: coded === undefined }
}

function readCertificate (der: Buffer): ParsedCertificate {
  try {
    return parseCertificate(der)
  } catch (error) {
    if (!(error instanceof MalformedDer)) throw error
    throw failure('certificate could not be parsed: x509: malformed certificate')
  }
}

function revokeWithKey (call: WithKeyCall): LogicalResponse {
  const { serial_number: serial, certificate, private_key: pem } = call.fields
  if (pem === undefined && (serial === undefined) !== (certificate === undefined)) {
    throw invalid('Must have private key to revoke via the /revoke-with-key path.')
  }
  if (pem !== undefined && pem.length < SHORTEST_KEY) {
    throw invalid('Provided data for private_key was too short; ' +
      'perhaps a path was passed to the API rather than the contents of a PEM file?')
  }
  const presented = presentedBy(call)
  requireItsKey(presented.certificate, pem ?? '')
  return revoke(call, presented)
}

function requireItsKey ({ publicKey }: ParsedCertificate, pem: string): void {
  if (firstPemBlock(pem) === undefined) throw failure('provided key PEM block contained no data or failed to parse')
  const key = parsePrivateKey(pem)
  if (key === undefined) throw failure('failed to parse provided private key: got errors attempting to parse DER private key')
  if (keyTypeOf(key) !== keyTypeOf(publicKey)) {
    throw failure("provided private key type does not match certificate's public key type")
  }
  if (!isSameKey(publicKeyOf(key), publicKey)) throw failure("provided private key does not match certificate's public key")
}

function revoke (call: RevokeCall, { certificate, isNew }: Presented): LogicalResponse {
  const known = allIssuers(call).find((issuer) => certificateOf(issuer).serial === certificate.serial)
  if (known !== undefined) throw invalid(`adding issuer (id: ${known.id}) to its own CRL is not allowed`)
  if (isNew) stored.certificates(call).put(storedSerial(certificate.serial), certificate.der.toString('base64'))
  return revokeCertificate(call, certificate)
}

/** Revokes a certificate; one that is revoked already stays as it is. */
export function revokeCertificate (context: PkiContext, certificate: ParsedCertificate): LogicalResponse {
  const serial = storedSerial(certificate.serial)
  const before = stored.revoked(context).get(serial)
  if (before !== undefined) return shownRevocation(before)
  if (certificate.notAfterMs < context.nowMs + ALMOST_OVER_MS && !crlConfig(context).allow_expired_cert_revocation) {
    return {
      data: null, warnings: [`certificate with serial ${certificate.serial} already expired; refusing to add to CRL`]
    }
  }
  const entry = {
    certificate: certificate.der.toString('base64'),
    revokedAtMs: context.nowMs,
    issuerId: issuerIdOf(context, certificate)
  }
  stored.revoked(context).put(serial, entry)
  return { ...shownRevocation(entry), warnings: listed(context, serial) }
}

/** The end of a lease is the certificate's. */
export function revokeLeased (call: LeaseCall): void {
  const serial = call.lease.internal.serial_number
  const coded = stored.certificates(call).get(storedSerial(typeof serial === 'string' ? serial : ''))
  if (coded !== undefined) revokeCertificate(call, parseCertificate(Buffer.from(coded, 'base64')))
}

/** The lists say it at once, or with the next ones that are made. */
function listed (context: PkiContext, serial: string): readonly string[] {
  const { auto_rebuild: isLater, enable_delta: hasDeltas } = crlConfig(context)
  if (!isLater) return rebuildLists(context, { isForced: false })
  if (hasDeltas) stored.unlisted(context).put(serial, true)
  scheduleLists(context)
  return []
}

function shownRevocation ({ revokedAtMs }: RevokedEntry): LogicalResponse {
  return {
    data: goMap({
      revocation_time: Math.floor(revokedAtMs / 1000),
      revocation_time_rfc3339: rfc3339Nano(revokedAtMs),
      state: 'revoked'
    })
  }
}

function rotate (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ success: true }), warnings: rebuildLists(call, { isForced: false }) }
}

function rotateDelta (call: Call<unknown>): LogicalResponse {
  const isEnabled = crlConfig(call).enable_delta
  if (isEnabled) rebuildDeltas(call)
  return { data: goMap({ success: true }), warnings: isEnabled ? [] : [DELTA_IS_OFF] }
}
