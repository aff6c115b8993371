// What can be changed of an issuer.
import { Type, type Static } from '@sinclair/typebox'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Call, LogicalResponse } from '../../vault/paths.js'
import { issuerRef } from './certificate-fields.js'
import { requireIssuer } from './issuer-references.js'
import { newIssuerName } from './new-names.js'
import { shownIssuer } from './shown-issuers.js'
import { dereferenced } from './stored-roles.js'
import { ALL_USAGES, rebuildChains } from './stored-issuers.js'
import { certificateOf, stored, type Issuer, type NotAfterBehavior, type Urls, type Usage } from './stored.js'
import { filledUrls, isWithoutUrls, NO_URLS, refuseBadUrls } from './urls.js'
import { algorithmNamed, SIGNATURE_ALGORITHMS, type AlgorithmName } from './x509/algorithms.js'
import { keyTypeOf } from './x509/keys.js'

export const issuerFields = Type.Object({
  issuer_ref: issuerRef,
  issuer_name: field.string({ description: 'A new name for the issuer.' }),
  leaf_not_after_behavior: field.string({ description: 'err, truncate or permit, where a leaf would live longer.' }),
  manual_chain: field.stringList({ description: 'References to the issuers of its chain, its own first.' }),
  usage: field.stringList({ description: 'read-only, issuing-certificates, crl-signing, ocsp-signing.' }),
  revocation_signature_algorithm: field.string({ description: 'How lists are signed; empty: as the key suggests.' }),
  issuing_certificates: field.stringList({ description: 'Addresses of its certificate.' }),
  crl_distribution_points: field.stringList({ description: 'Addresses of its lists.' }),
  delta_crl_distribution_points: field.stringList({ description: 'Addresses of its lists of changes.' }),
  ocsp_servers: field.stringList({ description: 'Addresses of its OCSP.' }),
  enable_aia_url_templating: field.bool({ description: 'Whether addresses are templates.' })
})

type IssuerFields = Static<typeof issuerFields>
export type IssuerCall = Call<IssuerFields>

const BEHAVIORS: readonly NotAfterBehavior[] = ['err', 'truncate', 'permit']
const CRL_SIGN = 64
const DEFAULTS = {
  leaf_not_after_behavior: 'err',
  usage: ALL_USAGES,
  revocation_signature_algorithm: '',
  manual_chain: [],
  issuing_certificates: [],
  crl_distribution_points: [],
  delta_crl_distribution_points: [],
  ocsp_servers: [],
  enable_aia_url_templating: false
} as const satisfies IssuerFields

/** @param what a write sets what it leaves out to its default, a patch leaves it alone */
export function updateIssuer (call: IssuerCall, what: 'all' | 'given'): LogicalResponse {
  const old = requireIssuer(call, call.fields.issuer_ref ?? '')
  const fields = what === 'all' ? { ...DEFAULTS, ...call.fields } : call.fields
  const name = changedName(call, old, what)
  const changed: Issuer = {
    ...old,
    name,
    leafNotAfterBehavior: behaviorOf(fields) ?? old.leafNotAfterBehavior,
    usage: usageOf(fields, old) ?? old.usage,
    revocationAlgorithm: algorithmOf(fields, old) ?? old.revocationAlgorithm,
    urls: urlsOf(fields, old),
    manualChain: chainOf(call, fields, old)
  }
  stored.issuers(call).put(changed.id, changed)
  if ((changed.manualChain ?? []).join() !== (old.manualChain ?? []).join()) rebuildChains(call)
  const { data, warnings = [] } = shownIssuer(stored.issuers(call).get(changed.id) ?? changed, call)
  const nameWarnings = name === old.name ? [] : dereferenced(call, old.name)
  return { data, warnings: [...warnings, ...nameWarnings, ...templateWarnings(call, changed)] }
}

function changedName (call: IssuerCall, { name }: Issuer, what: 'all' | 'given'): string {
  const { issuer_name: wanted } = call.fields
  if (wanted === undefined) return what === 'all' ? '' : name
  return wanted.trim() === name && name !== '' ? name : newIssuerName(call, wanted)
}

function behaviorOf ({ leaf_not_after_behavior: wanted }: IssuerFields): NotAfterBehavior | undefined {
  if (wanted === undefined) return undefined
  const found = BEHAVIORS.find((behavior) => behavior === wanted)
  if (found !== undefined) return found
  throw invalid('Unknown value for field `leaf_not_after_behavior`. Possible values are `err`, `truncate`, and `permit`.')
}

function usageOf ({ usage: wanted }: IssuerFields, old: Issuer): readonly Usage[] | undefined {
  if (wanted === undefined) return undefined
  if (wanted.some((name) => !ALL_USAGES.some((known) => known === name))) {
    throw invalid(`Unable to parse specified usages: [${wanted.join(' ')}] - valid values are ${ALL_USAGES.join(',')}`)
  }
  const usage = ALL_USAGES.filter((known) => known === 'read-only' || wanted.includes(known))
  if (usage.join() === [...old.usage].sort().join()) return undefined
  if (old.revokedAtMs > 0 && usage.includes('issuing-certificates')) {
    throw invalid('This issuer was revoked; unable to modify its usage to include certificate signing again. Reissue this ' +
      'certificate (preferably with a new key) and modify that entry instead.')
  }
  if ((certificateOf(old).keyUsage & CRL_SIGN) === 0 && usage.includes('crl-signing')) {
    throw invalid("This issuer's underlying certificate lacks the CRLSign KeyUsage value; " +
      'unable to set CRLSigningUsage on this issuer as a result.')
  }
  return usage
}

function algorithmOf ({ revocation_signature_algorithm: wanted }: IssuerFields, old: Issuer): AlgorithmName | '' | undefined {
  if (wanted === undefined || wanted === '') return wanted
  const name = algorithmNamed(wanted)
  if (name === undefined) {
    const known = Object.keys(SIGNATURE_ALGORITHMS).map((one) => one.toLowerCase()).join(', ')
    throw invalid(`Unknown signature algorithm value: 0 - valid values are ${known}`)
  }
  const { publicKey } = certificateOf(old)
  if (SIGNATURE_ALGORITHMS[name].keyType === keyTypeOf(publicKey)) return name
  const type = { rsa: 'RSA', ec: 'ECDSA', ed25519: 'Ed25519' }[keyTypeOf(publicKey) ?? 'rsa']
  throw failure(`unable to use issuer of type ${type} to sign with ${name} key type`)
}

/** null: no addresses of its own. */
function urlsOf (fields: IssuerFields, { urls }: Issuer): Urls | null {
  const old = urls ?? NO_URLS
  const changed: Urls = {
    issuingCertificates: fields.issuing_certificates ?? old.issuingCertificates,
    crlDistributionPoints: fields.crl_distribution_points ?? old.crlDistributionPoints,
    deltaCrlDistributionPoints: fields.delta_crl_distribution_points ?? old.deltaCrlDistributionPoints,
    ocspServers: fields.ocsp_servers ?? old.ocspServers,
    enableTemplating: fields.enable_aia_url_templating ?? old.enableTemplating
  }
  refuseBadUrls(changed)
  return isWithoutUrls(changed) ? null : changed
}

/** Ids; null: to be worked out. */
function chainOf (call: IssuerCall, { manual_chain: wanted }: IssuerFields, old: Issuer): readonly string[] | null {
  if (wanted === undefined) return old.manualChain
  if (wanted.length === 0) return null
  const ids = wanted.map((reference, index) => index === 0 && reference === 'self' ? old.id : requireIssuer(call, reference).id)
  if (ids[0] === old.id) return ids
  throw invalid(`expected first cert in chain to be a self-reference, but was: ${wanted[0]}/${ids[0]}`)
}

function templateWarnings (call: IssuerCall, { id, urls }: Issuer): string[] {
  if (urls === null || !urls.enableTemplating) return []
  return templateWarning(() => filledUrls(call, urls, id))
}

/** A warning where templates cannot be filled as things stand. */
export function templateWarning (fill: () => unknown): string[] {
  try {
    fill()
    return []
  } catch (error) {
    return [`issuance may fail: ${(error as Error).message}\n\n` +
      'Consider setting the cluster-local address if it is not already set.']
  }
}
