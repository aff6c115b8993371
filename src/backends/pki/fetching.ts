// pki/ca, ca_chain, crl, cert and issuer/:ref/{json,pem,der,crl}: what anybody may read.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#read-issuer-certificate and what follows there
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { issuerRef } from './certificate-fields.js'
import { requireIssuer, UnknownReference } from './issuer-references.js'
import { listOf } from './revocation-lists.js'
import { shownSerial, storedSerial } from './revocations.js'
import { chainPems, issuerPem } from './shown-issuers.js'
import { chainCertificates } from './stored-issuers.js'
import { certificateOf, stored } from './stored.js'
import { parseCertificate } from './x509/certificate.js'
import { colonHex } from './x509/keys.js'
import { toPem, trimmedPem } from './x509/pem.js'

type AnyCall = Call<unknown>

const noFields = Type.Object({})
const serialFields = Type.Object({ serial: field.string({ description: 'Serial number, with colons or hyphens.' }) })
const refFields = Type.Object({ issuer_ref: issuerRef })

const CERTIFICATE = 'application/pkix-cert'
const CERTIFICATE_PEM = 'application/pem-certificate-chain'
const LIST = 'application/pkix-crl'
const LIST_PEM = 'application/x-pem-file'

type Body = (call: AnyCall) => string | Buffer

/** Something to be had as bytes: empty where there is none. */
const raw = (path: string, summary: string, contentType: string, body: Body) => definePath({
  path,
  summary,
  fields: noFields,
  unauthenticated: true,
  operations: { read: (call) => rawResponse(contentType, orEmpty(() => body(call))) }
})

const open = (path: string, summary: string, read: (call: AnyCall) => LogicalResponse | undefined) => definePath({
  path, summary, fields: noFields, unauthenticated: true, operations: { read }
})

export const fetchPaths: readonly PathDefinition[] = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  raw('ca', "The default issuer's certificate.", CERTIFICATE, defaultDer),
  raw('ca/pem', "The default issuer's certificate.", CERTIFICATE_PEM, defaultPem),
  raw('ca_chain', "The default issuer's chain.", CERTIFICATE, defaultChain),
  raw('cert/ca/raw', "The default issuer's certificate.", CERTIFICATE, defaultDer),
  raw('cert/ca/raw/pem', "The default issuer's certificate.", CERTIFICATE_PEM, defaultPem),
  open('cert/ca', "The default issuer's certificate.", (call) => {
    return shown(orRefused(() => defaultPem(call)), authorityKeyId(call, defaultDer))
  }),
  open('cert/ca_chain', "The default issuer's chain.", (call) => {
    const chain = orRefused(() => defaultChain(call))
    return shown(chain, { ca_chain: chain, ...authorityKeyId(call, defaultDer) })
  }),
  ...listPaths('crl', 'whole'),
  ...listPaths('crl/delta', 'changes'),
  ...certListPaths('cert/crl', 'whole'),
  ...certListPaths('cert/delta-crl', 'changes'),
  ...unifiedPaths(['unified-crl', 'unified-crl/delta', 'cert/unified-crl/raw', 'cert/unified-delta-crl/raw']),
  definePath({
    path: 'certs',
    summary: 'Lists the serial numbers of certificates.',
    fields: noFields,
    operations: { list: (call) => ({ data: goMap({ keys: stored.certificates(call).children().map(shownSerial) }) }) }
  }),
  definePath({
    path: 'certs/revoked',
    summary: 'Lists the serial numbers of revoked certificates.',
    fields: noFields,
    operations: { list: (call) => ({ data: goMap({ keys: stored.revoked(call).children().map(shownSerial) }) }) }
  }),
  certificatePath('cert/*serial/raw/pem', (call) => {
    const der = storedDer(call)
    return rawResponse(CERTIFICATE_PEM, der === undefined ? '' : trimmedPem('CERTIFICATE', der))
  }),
  certificatePath('cert/*serial/raw', (call) => rawResponse(CERTIFICATE, storedDer(call) ?? '')),
  certificatePath('cert/*serial', readCertificate),
  ofIssuer('json', readIssuer),
  ofIssuer('pem', (call) => rawResponse(CERTIFICATE_PEM, issuerPem(requireIssuer(call, call.params.issuer_ref ?? '')))),
  ofIssuer('der', (call) => {
    return rawResponse(CERTIFICATE, certificateOf(requireIssuer(call, call.params.issuer_ref ?? '')).der)
  }),
  ...issuerListPaths('crl', 'whole'),
  ...issuerListPaths('crl/delta', 'changes')
])

function defaultDer (call: AnyCall): Buffer {
  return certificateOf(requireIssuer(call, 'default')).der
}

function defaultPem (call: AnyCall): string {
  return trimmedPem('CERTIFICATE', defaultDer(call))
}

function defaultChain (call: AnyCall): string {
  const chain = chainCertificates(call, requireIssuer(call, 'default'))
  return chain.map(({ der }) => trimmedPem('CERTIFICATE', der)).join('\n')
}

function listPaths (path: string, kind: 'whole' | 'changes'): PathDefinition[] {
  return [
    raw(path, "The default issuer's list of revoked certificates.", LIST, (call) => listOf(call, 'default', kind)),
    raw(`${path}/pem`, "The default issuer's list of revoked certificates.", LIST_PEM, (call) => listPem(call, kind))
  ]
}

function certListPaths (path: string, kind: 'whole' | 'changes'): PathDefinition[] {
  return [
    open(path, "The default issuer's list of revoked certificates.", (call) => shown(listPem(call, kind))),
    raw(`${path}/raw`, "The default issuer's list of revoked certificates.", LIST, (call) => listOf(call, 'default', kind)),
    raw(`${path}/raw/pem`, "The default issuer's list of revoked certificates.", LIST_PEM, (call) => listPem(call, kind))
  ]
}

/** Lists over several clusters can be switched on nowhere here, so there are none. */
function unifiedPaths (paths: readonly string[]): PathDefinition[] {
  return paths.flatMap((path) => [
    { ...raw(path, 'The list of revoked certificates of all clusters.', LIST, () => ''), inProfile: hasUnified },
    { ...raw(`${path}/pem`, 'The list of revoked certificates of all clusters.', LIST_PEM, () => ''), inProfile: hasUnified }
  ])
}

function hasUnified ({ pkiCrlFields }: Profile): boolean {
  return pkiCrlFields.includes('unified_crl')
}

function listPem (call: AnyCall, kind: 'whole' | 'changes'): string {
  return trimmedPem('X509 CRL', listOf(call, 'default', kind))
}

function certificatePath (path: string, read: (call: AnyCall) => LogicalResponse | undefined): PathDefinition {
  return definePath({ path, summary: 'A certificate.', fields: serialFields, unauthenticated: true, operations: { read } })
}

function ofIssuer (name: string, read: (call: AnyCall) => LogicalResponse | undefined): PathDefinition {
  return definePath({
    path: `issuer/:issuer_ref/${name}`,
    summary: "An issuer's certificate.",
    fields: refFields,
    unauthenticated: true,
    operations: { read }
  })
}

function issuerListPaths (path: string, kind: 'whole' | 'changes'): PathDefinition[] {
  const list = (call: AnyCall): Buffer => listOf(call, call.params.issuer_ref ?? '', kind)
  const pem = (call: AnyCall): string => {
    const der = list(call)
    return der.length === 0 ? '' : toPem('X509 CRL', der)
  }
  return [
    ofIssuer(path, (call) => ({ data: goMap({ crl: pem(call) }) })),
    ofIssuer(`${path}/pem`, (call) => rawResponse(LIST_PEM, pem(call))),
    ofIssuer(`${path}/der`, (call) => rawResponse(LIST, list(call)))
  ].map((definition) => ({ ...definition, summary: "An issuer's list of revoked certificates." }))
}

/** Only hexadecimal digits make serial numbers. */
function serialIn (call: AnyCall): string {
  const { serial = '' } = call.params
  if (/^[0-9A-Fa-f:-]+$/.test(serial)) return storedSerial(serial)
  throw new VaultError('unsupported-path', 'unsupported path')
}

function storedDer (call: AnyCall): Buffer | undefined {
  const coded = stored.certificates(call).get(serialIn(call))
  return coded === undefined ? undefined : Buffer.from(coded, 'base64')
}

function readCertificate (call: AnyCall): LogicalResponse | undefined {
  const der = storedDer(call)
  if (der === undefined) return undefined
  const revoked = stored.revoked(call).get(serialIn(call))
  return shown(trimmedPem('CERTIFICATE', der), {
    ...authorityKeyId(call, () => der),
    ...(revoked && {
      revocation_time: Math.floor(revoked.revokedAtMs / 1000),
      revocation_time_rfc3339: rfc3339Nano(revoked.revokedAtMs),
      ...(revoked.issuerId === '' ? {} : { issuer_id: revoked.issuerId })
    })
  })
}

/** Where the profile shows it, and the certificate has it. */
function authorityKeyId (call: AnyCall, der: (call: AnyCall) => Buffer): Record<string, string> {
  if (!call.cluster.profile.pkiShowsAuthorityKeyId) return {}
  const { authorityKeyId: id } = parseCertificate(der(call))
  return id === undefined ? {} : { authority_key_id: colonHex(id) }
}

function readIssuer (call: AnyCall): LogicalResponse {
  const issuer = requireIssuer(call, call.params.issuer_ref ?? '')
  return {
    data: goMap({
      ca_chain: chainPems(issuer, call), certificate: issuerPem(issuer), issuer_id: issuer.id, issuer_name: issuer.name
    })
  }
}

function shown (certificate: string, more: Record<string, string | number> = {}): LogicalResponse {
  return { data: goMap({ certificate, revocation_time: 0, revocation_time_rfc3339: '', ...more }) }
}

function rawResponse (contentType: string, body: string | Buffer): LogicalResponse {
  return { raw: { status: body.length === 0 ? 204 : 200, contentType, body } }
}

/** Bytes cannot say what is wrong. */
function orEmpty<T> (make: () => T): T | '' {
  try {
    return make()
  } catch (error) {
    if (error instanceof VaultError) return ''
    throw error
  }
}

/** Without an issuer: 400 in place of 500. */
function orRefused<T> (make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof UnknownReference) throw invalid(error.message)
    throw error
  }
}
