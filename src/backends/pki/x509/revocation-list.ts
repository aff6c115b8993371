// Lists of revoked certificates, whole ones and those of changes since.
import type { KeyObject } from 'node:crypto'
import * as asn1 from '@peculiar/asn1-x509'
import { CertificateList, RevokedCertificate, TBSCertList, Time, Version, type Extension } from '@peculiar/asn1-x509'
import { identifierOf, signWith, type AlgorithmName } from './algorithms.js'
import type { ParsedCertificate } from './certificate.js'
import { toArrayBuffer, toDer } from './der.js'
import { authorityKeyIdentifier, extension } from './extensions.js'

export interface Revocation {
  readonly serial: Uint8Array
  readonly revokedAtMs: number
}

export interface RevocationListContents {
  readonly revocations: readonly Revocation[]
  readonly number: number
  /** the list that this one changes; absent: it is whole */
  readonly deltaBase?: number
  readonly thisUpdateAtMs: number
  readonly nextUpdateAtMs: number
}

export function signRevocationList (
  contents: RevocationListContents, issuer: ParsedCertificate, key: KeyObject, algorithm: AlgorithmName
): Buffer {
  const { revocations, thisUpdateAtMs, nextUpdateAtMs } = contents
  const revokedCertificates = revocations.map(revokedCertificate)
  const tbsCertList = new TBSCertList({
    version: Version.v2,
    signature: identifierOf(algorithm),
    issuer: issuer.subject,
    thisUpdate: time(thisUpdateAtMs),
    nextUpdate: time(nextUpdateAtMs),
    ...(revokedCertificates.length === 0 ? {} : { revokedCertificates }),
    crlExtensions: listExtensions(contents, issuer)
  })
  const signature = toArrayBuffer(signWith(algorithm, key, toDer(tbsCertList)))
  return toDer(new CertificateList({ tbsCertList, signatureAlgorithm: identifierOf(algorithm), signature }))
}

function revokedCertificate ({ serial, revokedAtMs }: Revocation): RevokedCertificate {
  return new RevokedCertificate({ userCertificate: toArrayBuffer(serial), revocationDate: time(revokedAtMs) })
}

function listExtensions (
  { number, deltaBase }: RevocationListContents, { subjectKeyId }: ParsedCertificate
): Extension[] {
  return [
    ...(subjectKeyId === undefined ? [] : [authorityKeyIdentifier(subjectKeyId)]),
    extension(asn1.id_ce_cRLNumber, new asn1.CRLNumber(number)),
    ...(deltaBase === undefined
      ? []
      : [extension(asn1.id_ce_deltaCRLIndicator, new asn1.BaseCRLNumber(deltaBase), true)])
  ]
}

function time (atMs: number): Time {
  return new Time(new Date(Math.floor(atMs / 1000) * 1000))
}
