// OCSP: who asks about which certificate, and what an authority answers.
import { createHash, type KeyObject } from 'node:crypto'
import {
  BasicOCSPResponse, type CertID, CertStatus, id_pkix_ocsp_basic as BASIC, OCSPRequest, OCSPResponse,
  OCSPResponseStatus, ResponderID, ResponseBytes, ResponseData, RevokedInfo, SingleResponse, Version
} from '@peculiar/asn1-ocsp'
import { OctetString } from '@peculiar/asn1-schema'
import { Certificate, CRLReason, CRLReasons } from '@peculiar/asn1-x509'
import { identifierOf, signWith, type AlgorithmName } from './algorithms.js'
import { serialText, type ParsedCertificate } from './certificate.js'
import { fromDer, MalformedDer, toArrayBuffer, toDer } from './der.js'
import { publicKeyInfo } from './keys.js'

/** The first question of a request; further ones get no answer, as in Go. */
export interface OcspQuestion {
  readonly certId: CertID
  /** pairs of digits between colons */
  readonly serial: string
}

export interface OcspAnswer {
  readonly question: OcspQuestion
  readonly status: 'good' | 'unknown' | { readonly revokedAtMs: number }
  readonly thisUpdateAtMs: number
  /** absent: newer answers are to be had at any time */
  readonly nextUpdateAtMs?: number
}

export type OcspRefusal = 'malformedRequest' | 'internalError' | 'unauthorized'

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512'
}

/** @throws MalformedDer */
export function parseQuestion (der: Uint8Array): OcspQuestion {
  const [first] = fromDer(der, OCSPRequest).tbsRequest.requestList
  if (first === undefined) throw new MalformedDer('OCSP request contains no request body')
  const { reqCert: certId } = first
  if (HASHES[certId.hashAlgorithm.algorithm] === undefined) throw new MalformedDer('OCSP request uses unknown hash function')
  return { certId, serial: serialText(new Uint8Array(certId.serialNumber)) }
}

/** Whether the question is about a certificate of this issuer. */
export function isAboutIssuer ({ certId }: OcspQuestion, issuer: ParsedCertificate): boolean {
  const hash = HASHES[certId.hashAlgorithm.algorithm] ?? ''
  const key = new Uint8Array(publicKeyInfo(issuer.publicKey).subjectPublicKey)
  return digest(hash, key).equals(Buffer.from(certId.issuerKeyHash.buffer)) &&
    digest(hash, issuer.subjectDer).equals(Buffer.from(certId.issuerNameHash.buffer))
}

export function signAnswer (
  answer: OcspAnswer, issuer: ParsedCertificate, key: KeyObject, name: AlgorithmName
): Buffer {
  const tbsResponseData = new ResponseData({
    version: Version.v1,
    responderID: new ResponderID({ byName: issuer.subject }),
    producedAt: wholeSecond(answer.thisUpdateAtMs),
    responses: [singleResponse(answer)]
  })
  const response = new BasicOCSPResponse({
    tbsResponseData,
    signatureAlgorithm: identifierOf(name),
    signature: toArrayBuffer(signWith(name, key, toDer(tbsResponseData))),
    certs: [fromDer(issuer.der, Certificate)]
  })
  return toDer(new OCSPResponse({
    responseStatus: OCSPResponseStatus.successful,
    responseBytes: new ResponseBytes({
      responseType: BASIC, response: new OctetString(toArrayBuffer(toDer(response)))
    })
  }))
}

/** An answer that nobody signs. */
export function refusal (why: OcspRefusal): Buffer {
  return toDer(new OCSPResponse({ responseStatus: OCSPResponseStatus[why] }))
}

function singleResponse ({ question, status, thisUpdateAtMs, nextUpdateAtMs }: OcspAnswer): SingleResponse {
  return new SingleResponse({
    certID: question.certId,
    certStatus: certStatus(status),
    thisUpdate: wholeSecond(thisUpdateAtMs),
    ...(nextUpdateAtMs === undefined ? {} : { nextUpdate: wholeSecond(nextUpdateAtMs) })
  })
}

function certStatus (status: OcspAnswer['status']): CertStatus {
  if (status === 'good') return new CertStatus({ good: null })
  if (status === 'unknown') return new CertStatus({ unknown: null })
  const revocationReason = new CRLReason(CRLReasons.unspecified)
  return new CertStatus({
    revoked: new RevokedInfo({ revocationTime: wholeSecond(status.revokedAtMs), revocationReason })
  })
}

function digest (hash: string, bytes: Uint8Array): Buffer {
  return createHash(hash).update(bytes).digest()
}

function wholeSecond (atMs: number): Date {
  return new Date(Math.floor(atMs / 1000) * 1000)
}
