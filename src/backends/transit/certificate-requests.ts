// Requests for certificates (PKCS#10) in ASN.1, signed with a key of transit.
import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier, BasicConstraints, Certificate, id_ce_basicConstraints as BASIC_CONSTRAINTS, Name,
  SubjectPublicKeyInfo
} from '@peculiar/asn1-x509'
import { invalid } from '../../refusal/index.js'
import type { Curve, KeyType } from './key-types.js'
import { pemBlock } from './pem.js'

/** What a request takes over from another one. */
export interface Template {
  readonly subject: Name
  readonly attributes: Attributes
}

const ECDSA: Readonly<Record<Curve, { readonly hash: string, readonly algorithm: string }>> = {
  'P-256': { hash: 'sha256', algorithm: '1.2.840.10045.4.3.2' },
  'P-384': { hash: 'sha384', algorithm: '1.2.840.10045.4.3.3' },
  'P-521': { hash: 'sha512', algorithm: '1.2.840.10045.4.3.4' }
}
const RSA_WITH_SHA256 = '1.2.840.113549.1.1.11'
const ED25519 = '1.3.101.112'

const PEM = /-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]*)-----END [^-]+-----/

/** @param pem a request; empty for nothing to take over. @throws {VaultError} `invalid` */
export function readTemplate (pem: string): Template {
  if (pem === '') return { subject: new Name(), attributes: new Attributes() }
  const [, base64] = PEM.exec(pem) ?? []
  if (base64 === undefined) throw invalid('could not decode PEM certificate request')
  try {
    const { certificationRequestInfo } = AsnConvert.parse(Buffer.from(base64, 'base64'), CertificationRequest)
    const { subject, attributes } = certificationRequestInfo
    return { subject, attributes: attributes ?? new Attributes() }
  } catch {
    throw invalid('asn1: structure error: tags don\'t match')
  }
}

/** A request in PEM, with a newline at its end. */
export function certificateRequest (type: KeyType, privateKey: KeyObject, { subject, attributes }: Template): string {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const certificationRequestInfo = new CertificationRequestInfo({
    version: 0, subject, subjectPKInfo: AsnConvert.parse(publicKey, SubjectPublicKeyInfo), attributes
  })
  const { hash, algorithm } = algorithmOf(type)
  const signature = sign(hash, Buffer.from(AsnConvert.serialize(certificationRequestInfo)), privateKey)
  const request = new CertificationRequest({
    certificationRequestInfo,
    // PKCS#1 alone has parameters, which are NULL
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm, ...(type.kind === 'rsa' ? { parameters: null } : {}) }),
    signature: Uint8Array.from(signature).buffer
  })
  return pemBlock('CERTIFICATE REQUEST', new Uint8Array(AsnConvert.serialize(request)))
}

/** What Go signs with if nobody says otherwise. */
function algorithmOf (type: KeyType): { readonly hash: string | null, readonly algorithm: string } {
  if (type.kind === 'ecdsa') return ECDSA[type.curve]
  return type.kind === 'rsa' ? { hash: 'sha256', algorithm: RSA_WITH_SHA256 } : { hash: null, algorithm: ED25519 }
}

/** Whether a certificate says of itself that it is no authority. @param der of the certificate */
export function isLeaf (der: Uint8Array): boolean {
  const { extensions = [] } = AsnConvert.parse(der, Certificate).tbsCertificate
  const constraints = extensions.find(({ extnID }) => extnID === BASIC_CONSTRAINTS)
  return constraints !== undefined && !AsnConvert.parse(constraints.extnValue.buffer, BasicConstraints).cA
}
