// What stands in a client's certificate, and whether a trusted one vouches for it.
import { X509Certificate } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AuthorityKeyIdentifier, Certificate } from '@peculiar/asn1-x509'

const SUBJECT_KEY_ID = '2.5.29.14'
const AUTHORITY_KEY_ID = '2.5.29.35'
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2'
const LONGEST_CHAIN = 10

/** A client's certificate, read. */
export interface ClientCertificate {
  readonly x509: X509Certificate
  readonly commonName: string
  readonly organizationalUnits: readonly string[]
  readonly dnsNames: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
  /** bytes of extensions, by their ids */
  readonly extensions: ReadonlyMap<string, Buffer>
}

/** The certificates of a PEM text; empty where one of them is none. */
export function certificatesIn (pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return []
  }
}

/** @param der base64 */
export function readCertificate (der: string): ClientCertificate {
  const x509 = new X509Certificate(Buffer.from(der, 'base64'))
  const subject = x509.subject.split('\n').map((line) => line.split('=') as [string, string?])
  const named = (name: string): string[] =>
    subject.filter(([key]) => key === name).map(([, value = '']) => value)
  const alternatives = (x509.subjectAltName ?? '').split(', ')
  const ofKind = (kind: string): string[] =>
    alternatives.filter((name) => name.startsWith(`${kind}:`)).map((name) => name.slice(kind.length + 1))
  const { tbsCertificate } = AsnConvert.parse(x509.raw, Certificate)
  const extensions = (tbsCertificate.extensions ?? []).map(({ extnID, extnValue }) =>
    [extnID, Buffer.from(extnValue.buffer)] as const)
  return {
    x509,
    commonName: named('CN').at(-1) ?? '',
    organizationalUnits: named('OU'),
    dnsNames: ofKind('DNS'),
    emails: ofKind('email'),
    uris: ofKind('URI'),
    extensions: new Map(extensions)
  }
}

/** Hex with colons; empty where the certificate does not say. */
export function keyIds ({ extensions }: ClientCertificate): { readonly subject: string, readonly authority: string } {
  const [subject, authority] = [extensions.get(SUBJECT_KEY_ID), extensions.get(AUTHORITY_KEY_ID)]
  const identified = authority && AsnConvert.parse(authority, AuthorityKeyIdentifier).keyIdentifier
  return {
    subject: subject === undefined ? '' : hex(AsnConvert.parse(subject, OctetString).buffer),
    authority: identified === undefined ? '' : hex(identified.buffer)
  }
}

function hex (bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('hex').match(/../g)?.join(':') ?? ''
}

/** The text in an extension that is a text: what stands behind its type and length. */
export function extensionText (value: Buffer): string {
  const long = (value[1] ?? 0) & 0x80 ? (value[1] ?? 0) & 0x7f : 0
  return value.subarray(2 + long).toString('utf8')
}

/**
 * Whether a client's certificate is a trusted one, or an authority's that is trusted, through those it brought along.
 *
 * @param others base64
 */
export function isVouchedFor (
  client: X509Certificate, others: readonly string[], trusted: X509Certificate, nowMs: number
): boolean {
  if (client.raw.equals(trusted.raw)) return isValid(client, nowMs)
  if (!trusted.ca || !isForClients(client)) return false
  const between = others.map((der) => new X509Certificate(Buffer.from(der, 'base64')))
  let below = client
  for (let i = 0; i < LONGEST_CHAIN && isValid(below, nowMs); i++) {
    if (hasSigned(trusted, below)) return isValid(trusted, nowMs)
    const above = between.find((one) => one.ca && hasSigned(one, below))
    if (above === undefined) return false
    below = above
  }
  return false
}

/** Where it says what it is for. */
function isForClients ({ keyUsage }: X509Certificate): boolean {
  return keyUsage === undefined || keyUsage.includes(CLIENT_AUTHENTICATION)
}

function isValid ({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  return Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo)
}

function hasSigned (issuer: X509Certificate, subject: X509Certificate): boolean {
  return subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
}
