// pki/root/sign-intermediate and sign-self-issued: certificates for other authorities.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#sign-intermediate
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import {
  authorityFields, formatOf, issuerRef, nameFields, signatureFields, subjectFields
} from './certificate-fields.js'
import { issue, pathLengthBelow } from './issuance.js'
import { limitsFor } from './limits.js'
import { readRequest } from './requests.js'
import { storedSerial } from './revocations.js'
import type { Role } from './role-form.js'
import { authorityRole, spentPath, WITHOUT_SUBJECT } from './roots.js'
import { resignedDer } from './self-issued.js'
import { shownCertificate } from './shown-certificates.js'
import { signingIssuer } from './signing-issuer.js'
import { stored } from './stored.js'
import { isWithoutUrls, WITHOUT_URLS } from './urls.js'
import { parseCertificate, type ParsedCertificate } from './x509/certificate.js'
import { isEmptyName } from './x509/names.js'
import { firstPemBlock, trimmedPem } from './x509/pem.js'

const intermediateFields = Type.Object({
  issuer_ref: issuerRef,
  ...nameFields,
  ...subjectFields,
  ...signatureFields,
  ...authorityFields,
  csr: field.string({ description: 'The request, as PEM.', default: '' }),
  skid: field.string({ description: 'Subject key id, hexadecimal.', default: '' }),
  use_csr_values: field.bool({ description: 'Takes subject and extensions of the request as they are.', default: false })
})
const selfIssuedFields = Type.Object({
  issuer_ref: issuerRef,
  certificate: field.string({ description: 'A certificate that names itself as its issuer, as PEM.', default: '' }),
  require_matching_certificate_algorithms: field.bool({ description: 'Refuses keys of another kind.', default: false })
})

type IntermediateCall = Call<Static<typeof intermediateFields>>
type SelfIssuedCall = Call<Static<typeof selfIssuedFields>>

const OUTLIVES = "The expiration time for the signed certificate is after the CA's expiration time. If the new certificate is " +
  'not treated as a root, validation paths with the certificate past the issuing CA\'s expiration time will fail.'

const intermediatePath = (path: string) => definePath({
  path,
  summary: 'Signs the certificate of another authority.',
  fields: intermediateFields,
  operations: { update: signIntermediate }
})
const selfIssuedPath = (path: string, sudo: boolean) => definePath({
  path,
  summary: "Signs another authority's own certificate.",
  fields: selfIssuedFields,
  sudo,
  operations: { update: signSelfIssued }
})

export const signedAuthorityPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  intermediatePath('root/sign-intermediate'),
  intermediatePath('issuer/:issuer_ref/sign-intermediate'),
  selfIssuedPath('root/sign-self-issued', true),
  selfIssuedPath('issuer/:issuer_ref/sign-self-issued', false)
])

function signIntermediate (call: IntermediateCall): LogicalResponse {
  const { fields, cluster: { profile } } = call
  const format = formatOf(fields.format)
  if (format === undefined) throw invalid('The "format" path parameter must be "pem" or "der"')
  const signer = signingIssuer(call, fields.issuer_ref ?? 'default')
  const role = intermediateRole(fields)
  const request = readRequest(fields.csr, role)
  const { certificate, warnings } = issue(call, {
    limits: limitsFor(call, role),
    fields,
    publicKey: request.publicKey,
    signer,
    urls: signer.urls,
    request,
    copiesRequest: fields.use_csr_values,
    authority: { maxPathLength: pathLengthBelow(signer, fields.max_path_length) }
  })
  stored.certificates(call).put(storedSerial(certificate.serial), certificate.der.toString('base64'))
  return {
    data: shownCertificate({ certificate, signer, format, chain: [certificate, ...signer.chain] }, profile),
    warnings: [
      ...(signer.certificate.notAfterMs < certificate.notAfterMs ? [OUTLIVES] : []),
      ...(isEmptyName(certificate.subject) ? [WITHOUT_SUBJECT] : []),
      ...(isWithoutUrls(signer.urls) ? [WITHOUT_URLS] : []),
      ...spentPath(certificate, 'signed'),
      ...warnings
    ]
  }
}

function intermediateRole (fields: Static<typeof intermediateFields>): Role {
  const parameters = { keyType: 'any', keyBits: 0, signatureBits: fields.signature_bits }
  return {
    ...authorityRole(fields, parameters),
    use_csr_common_name: fields.common_name === '',
    allowed_user_ids: []
  }
}

function signSelfIssued (call: SelfIssuedCall): LogicalResponse {
  const block = firstPemBlock(call.fields.certificate)
  if (block === undefined || block.der.length === 0) throw invalid('certificate could not be PEM-decoded')
  const certificate = readCertificate(block.der)
  if (!certificate.isCa) throw invalid('given certificate is not a CA certificate')
  if (!certificate.issuerDer.equals(certificate.subjectDer)) throw invalid('given certificate is not self-issued')
  const signer = signingIssuer(call, call.fields.issuer_ref ?? 'default')
  const kinds = [signer.certificate, certificate].map(({ publicKey }) => kindName(publicKey.asymmetricKeyType))
  if (call.fields.require_matching_certificate_algorithms && kinds[0] !== kinds[1]) {
    throw failure(`signing certificate's public key algorithm (${kinds[0]}) does not match submitted certificate's ` +
      `(${kinds[1]}), and require_matching_certificate_algorithms is true`)
  }
  const der = resignedDer(certificate, signer)
  return {
    data: goMap({
      certificate: trimmedPem('CERTIFICATE', der), issuing_ca: trimmedPem('CERTIFICATE', signer.certificate.der)
    })
  }
}

function readCertificate (der: Buffer): ParsedCertificate {
  try {
    return parseCertificate(der)
  } catch {
    throw invalid('error parsing certificate: x509: malformed certificate')
  }
}

function kindName (type: string | undefined): string {
  return { rsa: 'RSA', ec: 'ECDSA', ed25519: 'Ed25519' }[type ?? ''] ?? 'unknown'
}
