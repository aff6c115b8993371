// Lists of revoked certificates, whole ones and those of changes since.
import type { KeyObject } from 'node:crypto'
import * as asn1 from '@peculiar/asn1-x509'
import { CertificateList, RevokedCertificate, TBSCertList, Time, Version, type Extension } from '@peculiar/asn1-x509'
import { identifierOf, isSignedBy, signWith, type AlgorithmName } from './algorithms.js'
import { valueIn, type ParsedCertificate } from './certificate.js'
import { fromDer, toArrayBuffer, toDer } from './der.js'
import { authorityKeyIdentifier, extension } from './extensions.js'

export interface Revocation {
  readonly serial: Uint8Array
  readonly revokedAtMs: number
  readonly extensions?: readonly Extension[]
}

export interface RevocationListContents {
  readonly revocations: readonly Revocation[]
  readonly number: number
  /** the list that this one changes; absent: it is whole */
  readonly deltaBase?: number
  readonly thisUpdateAtMs: number
  readonly nextUpdateAtMs: number
  readonly extensions?: readonly Extension[]
}

/** A list, read. */
export interface ParsedRevocationList {
  readonly revocations: readonly Revocation[]
  readonly number: number | undefined
  readonly deltaBase: number | undefined
  readonly isSignedBy: (issuer: ParsedCertificate) => boolean
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

/** @throws MalformedDer */
export function parseRevocationList (der: Buffer): ParsedRevocationList {
  const { tbsCertList: list, tbsCertListRaw: raw, signatureAlgorithm, signature } = fromDer(der, CertificateList)
  const extensions = list.crlExtensions ?? []
  const signed = raw === undefined ? toDer(list) : new Uint8Array(raw)
  return {
    revocations: (list.revokedCertificates ?? []).map((revoked) => ({
      serial: new Uint8Array(revoked.userCertificate),
      revokedAtMs: revoked.revocationDate.getTime().getTime(),
      extensions: revoked.crlEntryExtensions ?? []
    })),
    number: valueIn(extensions, asn1.id_ce_cRLNumber, asn1.CRLNumber)?.value,
    deltaBase: valueIn(extensions, asn1.id_ce_deltaCRLIndicator, asn1.BaseCRLNumber)?.value,
    isSignedBy: (issuer) => isSignedBy(issuer.publicKey, signatureAlgorithm, signed, new Uint8Array(signature))
  }
}

function revokedCertificate ({ serial, revokedAtMs, extensions = [] }: Revocation): RevokedCertificate {
  return new RevokedCertificate({
    userCertificate: toArrayBuffer(serial),
    revocationDate: time(revokedAtMs),
    ...(extensions.length === 0 ? {} : { crlEntryExtensions: [...extensions] })
  })
}

function listExtensions (
  { number, deltaBase, extensions = [] }: RevocationListContents, { subjectKeyId }: ParsedCertificate
): Extension[] {
  return [
    ...(subjectKeyId === undefined ? [] : [authorityKeyIdentifier(subjectKeyId)]),
    extension(asn1.id_ce_cRLNumber, new asn1.CRLNumber(number)),
    ...(deltaBase === undefined
      ? []
      : [extension(asn1.id_ce_deltaCRLIndicator, new asn1.BaseCRLNumber(deltaBase), true)]),
    ...extensions
  ]
}

function time (atMs: number): Time {
  return new Time(new Date(Math.floor(atMs / 1000) * 1000))
}
