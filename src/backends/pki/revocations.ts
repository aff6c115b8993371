// What is revoked, and which issuer's list says so.
import { allIssuers } from './issuer-references.js'
import { certificateOf, stored, type Issuer, type PkiContext } from './stored.js'
import { isSignedByIssuer, type ParsedCertificate } from './x509/certificate.js'
import type { Revocation } from './x509/revocation-list.js'

/** As certificates are stored: `7e-d9-…`. */
export function storedSerial (serial: string): string {
  return serial.toLowerCase().replaceAll(':', '-')
}

/** As they are shown: `7e:d9:…`. */
export function shownSerial (stored: string): string {
  return stored.replaceAll('-', ':')
}

/** Entries of lists, by the ids of issuers; those of no issuer that is here under the empty id. */
export function revocationsByIssuer (
  context: PkiContext, issuers: readonly Issuer[], kind: 'whole' | 'changes'
): Map<string, Revocation[]> {
  const byIssuer = new Map<string, Revocation[]>([['', []], ...issuers.map(({ id }) => [id, []] as [string, Revocation[]])])
  const unassigned = byIssuer.get('') ?? []
  const authorities = new Set(issuers.map(({ certificate }) => certificate))
  for (const [serial, { certificate, issuerId, revokedAtMs }] of stored.revoked(context).entries()) {
    if (authorities.has(certificate) || (kind === 'changes' && !stored.unlisted(context).has(serial))) continue
    const entries = byIssuer.get(issuerId) ?? unassigned
    entries.push(revocationOf(serial, revokedAtMs))
  }
  if (kind === 'whole') addRevokedIssuers(issuers, byIssuer)
  return byIssuer
}

/** A revoked issuer stands in the lists of those that signed it, also where it was made elsewhere. */
function addRevokedIssuers (issuers: readonly Issuer[], byIssuer: ReadonlyMap<string, Revocation[]>): void {
  for (const revoked of issuers.filter(({ revokedAtMs }) => revokedAtMs > 0)) {
    const certificate = certificateOf(revoked)
    const entry = revocationOf(storedSerial(certificate.serial), revoked.revokedAtMs)
    for (const parent of issuers) {
      const entries = byIssuer.get(parent.id)
      if (parent.id === revoked.id || entries === undefined) continue
      const isThere = entries.some(({ serial }) => Buffer.compare(serial, entry.serial) === 0)
      if (!isThere && isSignedByIssuer(certificate, certificateOf(parent))) entries.push(entry)
    }
  }
}

function revocationOf (serial: string, revokedAtMs: number): Revocation {
  return { serial: positive(Buffer.from(serial.replaceAll('-', ''), 'hex')), revokedAtMs }
}

/** Numbers in DER begin with a zero where they would look negative. */
function positive (serial: Buffer): Buffer {
  return ((serial[0] ?? 0) & 0x80) === 0 ? serial : Buffer.concat([Buffer.alloc(1), serial])
}

/** The issuer that signed a certificate; empty where it is not here. */
export function issuerIdOf (context: PkiContext, certificate: ParsedCertificate): string {
  const found = allIssuers(context).find((issuer) => isSignedByIssuer(certificate, certificateOf(issuer)))
  return found?.id ?? ''
}
