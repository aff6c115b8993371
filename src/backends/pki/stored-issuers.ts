// Issuers that a mount holds: added once each, with the chains that lead from them to their roots.
import { invalid } from '../../refusal/index.js'
import { allIssuers, allKeys, issuersConfig } from './issuer-references.js'
import { certificateOf, chance, privateKeyOf, stored, type Issuer, type PkiContext, type Usage } from './stored.js'
import { isSignedByIssuer, parseCertificate, type ParsedCertificate } from './x509/certificate.js'
import { isSameKey, publicKeyOf } from './x509/keys.js'

export interface AddedIssuer {
  readonly issuer: Issuer
  readonly existed: boolean
}

export const ALL_USAGES: readonly Usage[] = ['crl-signing', 'issuing-certificates', 'ocsp-signing', 'read-only']
const CRL_SIGN = 64

/** Stores an authority's certificate; the first with a key becomes the default. */
export function addIssuer (context: PkiContext, der: Buffer, name: string): AddedIssuer {
  const certificate = parseCertificate(der)
  if (!certificate.isCa) throw invalid('Refusing to import non-CA certificate')
  const known = allIssuers(context)
  const coded = der.toString('base64')
  const same = known.find((issuer) => issuer.certificate === coded)
  if (same !== undefined) return { issuer: same, existed: true }
  if (name !== '' && known.some((issuer) => issuer.name === name)) {
    throw invalid(`another issuer is using the requested name: ${name}`)
  }
  const issuer = newIssuer(context, certificate, name)
  stored.issuers(context).put(issuer.id, issuer)
  rebuildChains(context)
  const config = issuersConfig(context)
  if (config.defaultId === '' && issuer.keyId !== '') {
    stored.issuersConfig(context).put({ ...config, defaultId: issuer.id })
  }
  return { issuer: stored.issuers(context).get(issuer.id) ?? issuer, existed: false }
}

function newIssuer (context: PkiContext, certificate: ParsedCertificate, name: string): Issuer {
  const id = chance(context).uuid()
  const key = allKeys(context).find((one) => isSameKey(publicKeyOf(privateKeyOf(one)), certificate.publicKey))
  const maySignLists = (certificate.keyUsage & CRL_SIGN) !== 0
  return {
    id,
    name,
    keyId: key?.id ?? '',
    certificate: certificate.der.toString('base64'),
    chain: [id],
    manualChain: null,
    leafNotAfterBehavior: 'err',
    usage: ALL_USAGES.filter((usage) => maySignLists || usage !== 'crl-signing'),
    revocationAlgorithm: '',
    revokedAtMs: 0,
    urls: null
  }
}

/** @returns whether it was the default */
export function removeIssuer (context: PkiContext, { id }: Issuer): boolean {
  stored.issuers(context).delete(id)
  const config = issuersConfig(context)
  if (config.defaultId !== id) return false
  stored.issuersConfig(context).put({ ...config, defaultId: '' })
  return true
}

/** Works out every issuer's chain again, and stores those that have changed. */
export function rebuildChains (context: PkiContext): void {
  const issuers = allIssuers(context)
  const parents = new Map(issuers.map((issuer) => [issuer.id, parentsOf(issuer, issuers)]))
  for (const issuer of issuers) {
    const chain = issuer.manualChain ?? chainFrom(issuer.id, parents)
    if (chain.join() !== issuer.chain.join()) stored.issuers(context).put(issuer.id, { ...issuer, chain: [...chain] })
  }
}

function parentsOf (issuer: Issuer, issuers: readonly Issuer[]): readonly string[] {
  const certificate = certificateOf(issuer)
  return issuers
    .filter((other) => other.id !== issuer.id && isSignedByIssuer(certificate, certificateOf(other)))
    .map(({ id }) => id)
}

/** An issuer, then who signed it, then who signed those: each once. */
function chainFrom (id: string, parents: ReadonlyMap<string, readonly string[]>): string[] {
  const chain = [id]
  for (const member of chain) {
    for (const parent of parents.get(member) ?? []) if (!chain.includes(parent)) chain.push(parent)
  }
  return chain
}

/** The certificates of an issuer's chain that are still here, its own first. */
export function chainCertificates (context: PkiContext, { chain }: Issuer): ParsedCertificate[] {
  return chain.flatMap((id) => {
    const member = stored.issuers(context).get(id)
    return member === undefined ? [] : [certificateOf(member)]
  })
}
