// Certificates: made, and read.
import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import * as asn1 from '@peculiar/asn1-x509'
import { Certificate, type Extension, type Name, TBSCertificate, Validity } from '@peculiar/asn1-x509'
import { identifierOf, signWith, type AlgorithmName } from './algorithms.js'
import { fromDer, MalformedDer, toArrayBuffer, toDer } from './der.js'
import { colonHex, publicKeyInfo } from './keys.js'

/** What is signed. */
export interface CertificateContents {
  readonly serial: Uint8Array
  readonly subject: Name
  readonly issuer: Name
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly publicKey: KeyObject
  readonly extensions: readonly Extension[]
}

/** A certificate, read. */
export interface ParsedCertificate {
  readonly der: Buffer
  /** pairs of digits between colons */
  readonly serial: string
  readonly subject: Name
  readonly subjectDer: Buffer
  readonly issuerDer: Buffer
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly isCa: boolean
  /** undefined: as long as one likes */
  readonly maxPathLength: number | undefined
  /** bits; 0 without the extension */
  readonly keyUsage: number
  readonly subjectKeyId: Buffer | undefined
  readonly authorityKeyId: Buffer | undefined
  readonly extensions: readonly Extension[]
  readonly publicKey: KeyObject
}

/** Makes a certificate with the issuer's key. */
export function signCertificate (contents: CertificateContents, key: KeyObject, algorithm: AlgorithmName): Buffer {
  const notBefore = wholeSecond(contents.notBeforeMs)
  const notAfter = wholeSecond(contents.notAfterMs)
  const tbsCertificate = new TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: toArrayBuffer(contents.serial),
    signature: identifierOf(algorithm),
    issuer: contents.issuer,
    validity: new Validity({ notBefore, notAfter }),
    subject: contents.subject,
    subjectPublicKeyInfo: publicKeyInfo(contents.publicKey),
    extensions: new asn1.Extensions([...contents.extensions])
  })
  const signatureValue = toArrayBuffer(signWith(algorithm, key, toDer(tbsCertificate)))
  return toDer(new Certificate({ tbsCertificate, signatureAlgorithm: identifierOf(algorithm), signatureValue }))
}

/** @throws MalformedDer also where the key is of no known kind */
export function parseCertificate (der: Buffer): ParsedCertificate {
  const { tbsCertificate } = fromDer(der, Certificate)
  const { validity, subject, issuer, subjectPublicKeyInfo } = tbsCertificate
  const extensions = [...tbsCertificate.extensions ?? []]
  const constraints = valueIn(extensions, asn1.id_ce_basicConstraints, asn1.BasicConstraints)
  return {
    der,
    serial: serialText(new Uint8Array(tbsCertificate.serialNumber)),
    subject,
    subjectDer: toDer(subject),
    issuerDer: toDer(issuer),
    notBeforeMs: validity.notBefore.getTime().getTime(),
    notAfterMs: validity.notAfter.getTime().getTime(),
    isCa: constraints?.cA ?? false,
    maxPathLength: constraints?.pathLenConstraint,
    keyUsage: valueIn(extensions, asn1.id_ce_keyUsage, asn1.KeyUsage)?.toNumber() ?? 0,
    subjectKeyId: bytesOf(valueIn(extensions, asn1.id_ce_subjectKeyIdentifier, asn1.SubjectKeyIdentifier)),
    authorityKeyId: bytesOf(
      valueIn(extensions, asn1.id_ce_authorityKeyIdentifier, asn1.AuthorityKeyIdentifier)?.keyIdentifier
    ),
    extensions,
    publicKey: publicKeyIn(toDer(subjectPublicKeyInfo))
  }
}

/** Whether one certificate was signed with the key of another, which must be an authority's. */
export function isSignedByIssuer (certificate: ParsedCertificate, issuer: ParsedCertificate): boolean {
  if (!issuer.isCa || !certificate.issuerDer.equals(issuer.subjectDer)) return false
  return new X509Certificate(certificate.der).verify(issuer.publicKey)
}

/** As certificates are named here: `7e:d9:…`, without leading zeros. */
export function serialText (serial: Uint8Array): string {
  const start = serial.findIndex((byte) => byte !== 0)
  return start < 0 ? '' : colonHex(serial.subarray(start))
}

/** The value of an extension; undefined where it is not there. */
export function valueIn<T> (extensions: readonly Extension[], id: string, structure: new () => T): T | undefined {
  const found = extensions.find(({ extnID }) => extnID === id)
  return found && fromDer(new Uint8Array(found.extnValue.buffer), structure)
}

function publicKeyIn (der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch (error) {
    throw new MalformedDer('unknown public key', { cause: error })
  }
}

function bytesOf (value: { readonly buffer: ArrayBuffer } | undefined): Buffer | undefined {
  return value && Buffer.from(value.buffer)
}

/** Certificates know no fractions. */
function wholeSecond (atMs: number): Date {
  return new Date(Math.floor(atMs / 1000) * 1000)
}
