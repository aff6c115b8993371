// Requests for certificates (PKCS #10): made for intermediates, and read when they are to be signed.
import { createPublicKey, type KeyObject } from 'node:crypto'
import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr'
import { Attribute, Extensions, type Extension, type Name } from '@peculiar/asn1-x509'
import { identifierOf, isSignedBy, signWith, type AlgorithmName } from './algorithms.js'
import { fromDer, toArrayBuffer, toDer } from './der.js'
import { publicKeyInfo, publicKeyOf } from './keys.js'

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'

/** A request, read. */
export interface ParsedRequest {
  readonly subject: Name
  readonly extensions: readonly Extension[]
  /** undefined where its kind is not known */
  readonly publicKey: KeyObject | undefined
  /** whether whoever made it has the private key */
  readonly isSignedByItself: boolean
}

export function signRequest (
  subject: Name, extensions: readonly Extension[], key: KeyObject, algorithm: AlgorithmName
): Buffer {
  const wanted = new Attribute({
    type: EXTENSION_REQUEST,
    values: [toArrayBuffer(toDer(new Extensions([...extensions])))]
  })
  const certificationRequestInfo = new CertificationRequestInfo({
    subject,
    subjectPKInfo: publicKeyInfo(publicKeyOf(key)),
    attributes: new Attributes(extensions.length === 0 ? [] : [wanted])
  })
  const signature = toArrayBuffer(signWith(algorithm, key, toDer(certificationRequestInfo)))
  const signatureAlgorithm = identifierOf(algorithm)
  return toDer(new CertificationRequest({ certificationRequestInfo, signatureAlgorithm, signature }))
}

/** @throws MalformedDer */
export function parseRequest (der: Buffer): ParsedRequest {
  const { certificationRequestInfo: info, certificationRequestInfoRaw: raw, signatureAlgorithm, signature } =
    fromDer(der, CertificationRequest)
  const wanted = [...info.attributes ?? []].find(({ type }) => type === EXTENSION_REQUEST)?.values[0]
  const publicKey = publicKeyIn(toDer(info.subjectPKInfo))
  const signed = raw === undefined ? toDer(info) : new Uint8Array(raw)
  return {
    subject: info.subject,
    extensions: wanted === undefined ? [] : [...fromDer(new Uint8Array(wanted), Extensions)],
    publicKey,
    isSignedByItself: publicKey !== undefined &&
      isSignedBy(publicKey, signatureAlgorithm, signed, new Uint8Array(signature))
  }
}

function publicKeyIn (der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
