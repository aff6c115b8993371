// Key usages by the names that roles have for them.
import { KeyUsageFlags } from '@peculiar/asn1-x509'
import type { Role } from './role-form.js'

const KEY_USAGES: Readonly<Record<string, number>> = {
  digitalsignature: KeyUsageFlags.digitalSignature,
  contentcommitment: KeyUsageFlags.nonRepudiation,
  keyencipherment: KeyUsageFlags.keyEncipherment,
  dataencipherment: KeyUsageFlags.dataEncipherment,
  keyagreement: KeyUsageFlags.keyAgreement,
  certsign: KeyUsageFlags.keyCertSign,
  crlsign: KeyUsageFlags.cRLSign,
  encipheronly: KeyUsageFlags.encipherOnly,
  decipheronly: KeyUsageFlags.decipherOnly
}

/** In the order in which certificates name them. */
const EXTENDED = [
  ['any', '2.5.29.37.0'],
  ['serverauth', '1.3.6.1.5.5.7.3.1'],
  ['clientauth', '1.3.6.1.5.5.7.3.2'],
  ['codesigning', '1.3.6.1.5.5.7.3.3'],
  ['emailprotection', '1.3.6.1.5.5.7.3.4'],
  ['ipsecendsystem', '1.3.6.1.5.5.7.3.5'],
  ['ipsectunnel', '1.3.6.1.5.5.7.3.6'],
  ['ipsecuser', '1.3.6.1.5.5.7.3.7'],
  ['timestamping', '1.3.6.1.5.5.7.3.8'],
  ['ocspsigning', '1.3.6.1.5.5.7.3.9'],
  ['microsoftservergatedcrypto', '1.3.6.1.4.1.311.10.3.3'],
  ['netscapeservergatedcrypto', '2.16.840.1.113730.4.1']
] as const

/** What authorities are for: to sign certificates and lists. */
export const AUTHORITY_USAGE = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign

/** Bits; names that nobody knows count for nothing. */
export function keyUsageBits (names: readonly string[]): number {
  return names.reduce((bits, name) => bits | (KEY_USAGES[name.trim().toLowerCase()] ?? 0), 0)
}

/** Object identifiers, those of flags and names first. */
export function extendedKeyUsages (role: Role): string[] {
  const flagged = [
    role.server_flag && 'serverauth', role.client_flag && 'clientauth', role.code_signing_flag && 'codesigning',
    role.email_protection_flag && 'emailprotection'
  ]
  const named = new Set([...flagged, ...role.ext_key_usage.map((name) => name.trim().toLowerCase())])
  const known = EXTENDED.filter(([name]) => named.has(name)).map(([, oid]) => oid)
  return [...known, ...role.ext_key_usage_oids.filter(isOid)]
}

/** Go's own check is looser still: it only wants whole numbers. */
export function isOid (text: string): boolean {
  return /^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(text)
}
