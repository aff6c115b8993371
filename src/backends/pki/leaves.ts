// pki/issue, sign and sign-verbatim: certificates for those who are no authority.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#generate-certificate-and-key and what follows there
import type { KeyObject } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { formatOf, issuerRef, leafFields, signatureFields, type Format } from './certificate-fields.js'
import { shownKey, UNKNOWN_FORMAT } from './generated-keys.js'
import { issue, makeKeyFor } from './issuance.js'
import { limitsFor } from './limits.js'
import { readRequest } from './requests.js'
import { storedSerial } from './revocations.js'
import { DEFAULT_ROLE, UNLIMITED_ROLE, type Role } from './role-form.js'
import { shownCertificate, withoutRoots } from './shown-certificates.js'
import { signingIssuer, type SigningIssuer } from './signing-issuer.js'
import { requireRole } from './stored-roles.js'
import { stored } from './stored.js'
import type { ParsedCertificate } from './x509/certificate.js'
import { publicKeyOf } from './x509/keys.js'
import type { ParsedRequest } from './x509/request.js'

const roleName = field.string({ description: 'Name of the role.', default: '' })
const issueFields = Type.Object({ role: roleName, issuer_ref: issuerRef, ...leafFields })
const signFields = Type.Object({
  role: roleName,
  issuer_ref: issuerRef,
  ...leafFields,
  csr: field.string({ description: 'The request, as PEM.', default: '' })
})
const verbatimFields = Type.Object({
  ...signFields.properties,
  ...signatureFields,
  key_usage: field.stringList({ description: 'Key usages by their names.', default: DEFAULT_ROLE.key_usage }),
  ext_key_usage: field.stringList({ description: 'Extended key usages by their names.', default: [] }),
  ext_key_usage_oids: field.stringList({ description: 'Extended key usages by their identifiers.', default: [] })
})

type LeafCall = Call<Static<typeof issueFields>>
type SignCall = Call<Static<typeof signFields>>
type VerbatimCall = Call<Static<typeof verbatimFields>>

const ISSUED = 'Makes a key and a certificate for it.'
const SIGNED = 'Makes a certificate for a request.'
const VERBATIM = 'Makes a certificate that says what a request says.'
const verbatimPath = (path: string) => definePath({
  path, summary: VERBATIM, fields: verbatimFields, operations: { update: signVerbatim }
})

export const leafPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({ path: 'issue/:role', summary: ISSUED, fields: issueFields, operations: { update: issueLeaf } }),
  definePath({
    path: 'issuer/:issuer_ref/issue/:role', summary: ISSUED, fields: issueFields, operations: { update: issueLeaf }
  }),
  definePath({ path: 'sign/:role', summary: SIGNED, fields: signFields, operations: { update: signLeaf } }),
  definePath({
    path: 'issuer/:issuer_ref/sign/:role', summary: SIGNED, fields: signFields, operations: { update: signLeaf }
  }),
  verbatimPath('sign-verbatim'),
  verbatimPath('sign-verbatim/:role'),
  verbatimPath('issuer/:issuer_ref/sign-verbatim'),
  verbatimPath('issuer/:issuer_ref/sign-verbatim/:role')
])

/** What decides about a leaf besides its fields. */
interface Leaf {
  readonly role: Role
  readonly signer: SigningIssuer
  readonly format: Format
}

/** The key is made between two looks at role and issuer: what changes meanwhile counts. */
async function issueLeaf (call: LeafCall): Promise<LogicalResponse> {
  const role = requireRole(call, call.fields.role)
  if (role.key_type === 'any') {
    throw invalid('role key type "any" not allowed for issuing certificates, only signing')
  }
  tryOut(call, leafOf(call, role))
  const parameters = { keyType: role.key_type, keyBits: role.key_bits, signatureBits: role.signature_bits }
  const key = await makeKeyFor(call, parameters)
  return withWarnings(call, finish(call, leafOf(call, requireRole(call, call.fields.role)), {
    publicKey: key, privateKey: key
  }))
}

/** What is to be said besides what is wrong with the certificate. @see recorded: `sign`, `issue` */
function withWarnings (
  call: LeafCall, { warnings = [], ...answer }: LogicalResponse, more: readonly string[] = []
): LogicalResponse {
  const first = call.cluster.profile.pkiRepeatsWarnings ? warnings : []
  return { ...answer, warnings: [...first, ...more, ...warnings] }
}

/** Refuses what would be refused before a key is made for it. */
function tryOut (call: LeafCall, { role, signer }: Leaf): void {
  const { certificate: { publicKey }, urls } = signer
  issue(call, { limits: limitsFor(call, role), fields: call.fields, publicKey, signer, urls })
}

function signLeaf (call: SignCall): LogicalResponse {
  const role = requireRole(call, call.fields.role)
  const leaf = leafOf(call, role)
  const request = readRequest(call.fields.csr, role)
  return withWarnings(call, finish(call, leaf, { publicKey: request.publicKey, request }), givenInVain(call, role))
}

function signVerbatim (call: VerbatimCall): LogicalResponse {
  const { fields } = call
  const named = fields.role === '' ? undefined : requireRole(call, fields.role)
  const role = verbatimRole(fields, named)
  const leaf = leafOf(call, role)
  const request = readRequest(fields.csr, role)
  const whose = { publicKey: request.publicKey, request, copiesRequest: true }
  return withWarnings(call, finish(call, leaf, whose), givenInVain(call, role))
}

function verbatimRole (fields: Static<typeof verbatimFields>, named: Role = UNLIMITED_ROLE): Role {
  return {
    ...UNLIMITED_ROLE,
    key_type: 'any',
    use_csr_common_name: true,
    use_csr_sans: true,
    key_usage: fields.key_usage,
    ext_key_usage: fields.ext_key_usage,
    ext_key_usage_oids: fields.ext_key_usage_oids,
    signature_bits: fields.signature_bits,
    use_pss: fields.use_pss,
    ttl: named.ttl,
    max_ttl: named.max_ttl,
    generate_lease: named.generate_lease,
    no_store: named.no_store,
    not_before_duration: named.not_before_duration,
    issuer_ref: named.issuer_ref
  }
}

/** @throws VaultError where there is no issuer, or no such format */
function leafOf (call: LeafCall, role: Role): Leaf {
  const format = formatOf(call.fields.format)
  if (format === undefined) throw invalid(UNKNOWN_FORMAT)
  return { role, signer: signingIssuer(call, call.params.issuer_ref ?? role.issuer_ref), format }
}

/** Whose key it is. */
interface Whose {
  readonly publicKey: KeyObject
  readonly privateKey?: KeyObject
  readonly request?: ParsedRequest
  readonly copiesRequest?: boolean
}

function finish (
  call: LeafCall, { role, signer, format }: Leaf, { publicKey, privateKey, ...request }: Whose
): LogicalResponse {
  const { fields, cluster: { profile } } = call
  const { certificate, warnings } = issue(call, {
    limits: limitsFor(call, role),
    fields,
    publicKey: privateKey === undefined ? publicKey : publicKeyOf(privateKey),
    signer,
    urls: signer.urls,
    ...request
  })
  const keys = privateKey && {
    privateKey: shownKey(privateKey, format, fields.private_key_format),
    bundledKey: shownKey(privateKey, 'pem', 'der').private_key
  }
  const chain = fields.remove_roots_from_chain ? withoutRoots(signer.chain) : signer.chain
  if (!role.no_store) {
    stored.certificates(call).put(storedSerial(certificate.serial), certificate.der.toString('base64'))
  }
  const data = shownCertificate({ certificate, signer, format, chain, ...keys }, profile)
  return { data, ...leaseOf(call, role, certificate), warnings }
}

/** Where the role wants it, the certificate ends with its lease, and the lease with the certificate. */
function leaseOf (
  { nowMs }: LeafCall, role: Role, { serial, notAfterMs }: ParsedCertificate
): Pick<LogicalResponse, 'secret'> {
  if (!role.generate_lease) return {}
  const ttlSeconds = Math.floor((notAfterMs - nowMs) / 1000)
  return { secret: { internal: { serial_number: serial }, ttlSeconds, renewable: false } }
}

/** Fields that count for nothing where the request's count. */
function givenInVain ({ fields }: SignCall, role: Role): string[] {
  return [
    ...(role.use_csr_common_name && fields.common_name !== ''
      ? ['the common_name field was provided but the role is set with "use_csr_common_name" set to true']
      : []),
    ...(role.use_csr_sans && fields.alt_names !== ''
      ? ['the alt_names field was provided but the role is set with "use_csr_sans" set to true']
      : [])
  ]
}
