// An issuer with all that signing takes: its certificate, key and chain, and the addresses it puts into certificates.
import type { KeyObject } from 'node:crypto'
import { failure, VaultError } from '../../refusal/index.js'
import { requireIssuer, UnknownReference } from './issuer-references.js'
import { chainCertificates } from './stored-issuers.js'
import { certificateOf, privateKeyOf, stored, type Issuer, type PkiContext, type Usage } from './stored.js'
import { urlsFor, type CertificateUrls } from './urls.js'
import type { ParsedCertificate } from './x509/certificate.js'

export interface SigningIssuer {
  readonly issuer: Issuer
  readonly certificate: ParsedCertificate
  readonly key: KeyObject
  /** its own certificate first */
  readonly chain: readonly ParsedCertificate[]
  readonly urls: CertificateUrls
}

/**
 * The issuer for a signature.
 *
 * @throws VaultError `could not fetch the CA certificate (was one set?): …`, `error fetching CA certificate: …`
 */
export function signingIssuer (context: PkiContext, reference: string): SigningIssuer {
  try {
    return signingIssuerOf(context, requireIssuer(context, reference), 'issuing-certificates')
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    const isUsers = error instanceof UnknownReference
    throw failure(`${isUsers ? 'could not fetch the CA certificate (was one set?)' : 'error fetching CA certificate'}: ` +
      error.message)
  }
}

/** @throws VaultError where it may not, or has no key */
export function signingIssuerOf (context: PkiContext, issuer: Issuer, usage: Usage): SigningIssuer {
  requireUsage(issuer, usage)
  const key = stored.keys(context).get(issuer.keyId)
  if (key === undefined) {
    throw new UnknownReference(
      `unable to fetch corresponding key for issuer ${issuer.id}; unable to use this issuer for signing`
    )
  }
  return {
    issuer,
    certificate: certificateOf(issuer),
    key: privateKeyOf(key),
    chain: chainCertificates(context, issuer),
    urls: urlsFor(context, issuer)
  }
}

/** @throws VaultError `error while attempting to use issuer …` */
export function requireUsage ({ id, name, usage }: Issuer, wanted: Usage): void {
  if (usage.includes(wanted)) return
  const who = `[id:${id}${name === '' ? '' : ` / name:${name}`}]`
  const had = [...usage].sort().join(',')
  throw failure(`error while attempting to use issuer ${id}: ` +
    `requested usage ${wanted} for issuer ${who} but only had usage ${had}`)
}
