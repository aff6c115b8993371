// pki/issuers and pki/issuer: the authorities of a mount, what they may do, and revoking them.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#list-issuers and what follows there
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { issuerRef } from './certificate-fields.js'
import { issuerFields, updateIssuer, type IssuerCall } from './issuer-changes.js'
import { allIssuers, ifKnown, issuersConfig, requireIssuer } from './issuer-references.js'
import { rebuildLists } from './revocation-lists.js'
import { storedSerial } from './revocations.js'
import { dereferenced } from './stored-roles.js'
import { shownIssuer } from './shown-issuers.js'
import { rebuildChains, removeIssuer } from './stored-issuers.js'
import { certificateOf, stored, type Issuer } from './stored.js'
import { isSignedByIssuer } from './x509/certificate.js'

const refFields = Type.Object({ issuer_ref: issuerRef })

const SELF_SIGNED = 'This issuer is a self-signed (potentially root) certificate. This means it may not be considered revoked ' +
  'if there is not an external, cross-signed variant of this certificate. ' +
  "This issuer's serial number will not appear on its own CRL."
const WITHOUT_PARENT = 'This issuer lacks another parent issuer within the mount. This means it will not appear on any other ' +
  'CRLs and may not be considered revoked by clients. Consider adding this issuer to its issuer\'s CRL as well if it is ' +
  'not self-signed.'
const WAS_DEFAULT = 'This issuer is currently configured as the default issuer for this mount; operations such as certificate ' +
  'issuance may not work until a new default issuer is selected.'

export const issuerPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({
    path: 'issuers',
    summary: 'Lists the issuers.',
    fields: Type.Object({}),
    unauthenticated: true,
    operations: { list }
  }),
  definePath({
    path: 'issuer/:issuer_ref',
    summary: 'An issuer.',
    fields: issuerFields,
    operations: {
      read: (call) => shownIssuer(requireIssuer(call, call.fields.issuer_ref ?? ''), call),
      update: (call) => updateIssuer(call, 'all'),
      patch: (call) => updateIssuer(call, 'given'),
      delete: remove
    }
  }),
  definePath({
    path: 'issuer/:issuer_ref/revoke',
    summary: 'Revokes an issuer: it signs no certificates any more.',
    fields: refFields,
    operations: { update: revoke }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  const { defaultId } = issuersConfig(call)
  const issuers = allIssuers(call)
  const info = issuers.map((issuer) => [issuer.id, goMap({
    is_default: issuer.id === defaultId,
    issuer_name: issuer.name,
    key_id: issuer.keyId,
    serial_number: certificateOf(issuer).serial
  })])
  return issuers.length === 0
    ? { data: goMap({ keys: [] }) }
    : { data: goMap({ keys: issuers.map(({ id }) => id), key_info: goMap(Object.fromEntries(info)) }) }
}

/** What is not there is gone already. */
function remove (call: IssuerCall): LogicalResponse {
  const reference = call.fields.issuer_ref ?? ''
  const issuer = ifKnown(() => requireIssuer(call, reference))
  if (issuer === undefined) return { data: null }
  const warnings = [...dereferenced(call, issuer.name), ...dereferenced(call, issuer.id)]
  if (removeIssuer(call, issuer)) {
    warnings.push(
      `Deleted issuer ${issuer.id} (via issuer_ref ${reference}); this was configured as the default issuer. ` +
      'Operations without an explicit issuer will not work until a new default is configured.',
      ...dereferenced(call, 'default')
    )
  }
  rebuildChains(call)
  return { data: null, warnings: [...warnings, ...rebuildLists(call, { isForced: true })] }
}

function revoke (call: IssuerCall): LogicalResponse {
  const issuer = requireIssuer(call, call.fields.issuer_ref ?? '')
  if (issuer.revokedAtMs > 0) return shownIssuer(issuer, call)
  const usage = issuer.usage.filter((one) => one !== 'issuing-certificates')
  const revoked = { ...issuer, usage, revokedAtMs: call.nowMs }
  stored.issuers(call).put(issuer.id, revoked)
  revokeCertificate(call, revoked)
  const listWarnings = rebuildLists(call, { isForced: false })
  const { data, warnings = [] } = shownIssuer(revoked, call)
  return { data, warnings: [...warnings, ...listWarnings, ...remarks(call, revoked)] }
}

/** One that was signed here is also revoked as any certificate. */
function revokeCertificate (call: IssuerCall, { certificate, revokedAtMs, ...issuer }: Issuer): void {
  const serial = storedSerial(certificateOf({ certificate, revokedAtMs, ...issuer }).serial)
  if (stored.certificates(call).get(serial) !== certificate) return
  stored.revoked(call).put(serial, { certificate, revokedAtMs, issuerId: '' })
}

function remarks (call: IssuerCall, issuer: Issuer): string[] {
  const certificate = certificateOf(issuer)
  const signers = allIssuers(call).filter((other) => isSignedByIssuer(certificate, certificateOf(other)))
  return [
    ...(signers.some(({ id }) => id === issuer.id) ? [SELF_SIGNED] : []),
    ...(signers.every(({ id }) => id === issuer.id) ? [WITHOUT_PARENT] : []),
    ...(issuersConfig(call).defaultId === issuer.id ? [WAS_DEFAULT] : [])
  ]
}
