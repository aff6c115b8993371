// pki/config: default issuer and key, addresses, lists of revoked certificates, the cluster.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#read-issuers-configuration and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { parseDurationSeconds } from '../../go/durations.js'
import { orInvalid } from '../../go/refusing.js'
import { goMap } from '../../json/index.js'
import { invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import type { CrlConfig } from './config-forms.js'
import { templateWarning } from './issuer-changes.js'
import { allIssuers, issuersConfig, requireIssuer, requireKey } from './issuer-references.js'
import { crlConfig, rebuildLists, scheduleLists } from './revocation-lists.js'
import { stored, type Issuer, type PkiContext, type Urls } from './stored.js'
import { badUrl, filledUrls, globalUrls, refuseBadUrls } from './urls.js'

const issuersFields = Type.Object({
  default: field.string({ description: 'Which issuer is the default.', default: '' }),
  default_follows_latest_issuer: field.bool({ description: 'Whether the newest issuer becomes the default.' })
})
const replaceFields = Type.Object({
  default: field.string({ description: 'Which issuer becomes the default.', default: 'next' })
})
const keysFields = Type.Object({ default: field.string({ description: 'Which key is the default.', default: '' }) })
const urlFields = Type.Object({
  issuing_certificates: field.stringList({ description: "Addresses of the issuer's certificate." }),
  crl_distribution_points: field.stringList({ description: 'Addresses of the lists of revoked certificates.' }),
  delta_crl_distribution_points: field.stringList({ description: 'Addresses of the lists of changes.' }),
  ocsp_servers: field.stringList({ description: 'Addresses of OCSP.' }),
  enable_templating: field.bool({ description: 'Whether addresses are templates.' })
})
const clusterFields = Type.Object({
  path: field.string({ description: "The mount's address on this cluster." }),
  aia_path: field.string({ description: 'Where its certificates and lists are to be had without TLS.' })
})
const crlFields = Type.Object({
  expiry: field.string({ description: 'Life of lists.' }),
  disable: field.bool({ description: 'Leaves lists empty.' }),
  ocsp_disable: field.bool({ description: 'Leaves OCSP unanswered.' }),
  ocsp_expiry: field.string({ description: 'Life of OCSP answers.' }),
  auto_rebuild: field.bool({ description: 'Makes lists at times, not at each revocation.' }),
  auto_rebuild_grace_period: field.string({ description: 'How long before its end a list is made anew.' }),
  enable_delta: field.bool({ description: 'Makes lists of changes between whole ones.' }),
  delta_rebuild_interval: field.string({ description: 'Time between lists of changes.' }),
  allow_expired_cert_revocation: field.bool({ description: 'Revokes also what has ended (OpenBao).' }),
  max_crl_entries: field.int({ description: 'Longest list (from 1.19).' }),
  cross_cluster_revocation: field.bool({ description: 'Revokes over clusters (enterprise).' }),
  unified_crl: field.bool({ description: 'Makes lists over clusters (enterprise).' }),
  unified_crl_on_existing_paths: field.bool({ description: 'Shows these at the usual paths (enterprise).' })
})

type IssuersCall = Call<Static<typeof issuersFields>>
type UrlsCall = Call<Static<typeof urlFields>>
type CrlFields = Static<typeof crlFields>
type CrlCall = Call<CrlFields>

const WITHOUT_KEY = 'This selected default issuer has no key associated with it. Some operations like issuing certificates ' +
  'and signing CRLs will be unavailable with the requested default issuer until a key is imported or the default issuer ' +
  'is changed.'

export const configPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({
    path: 'config/issuers',
    summary: 'The default issuer.',
    fields: issuersFields,
    operations: { read: (call) => shownIssuers(call), update: configureIssuers }
  }),
  definePath({
    path: 'root/replace',
    summary: 'Makes another issuer the default: `next` where none is named.',
    fields: replaceFields,
    operations: { update: configureIssuers }
  }),
  definePath({
    path: 'config/keys',
    summary: 'The default key.',
    fields: keysFields,
    operations: {
      read: (call) => ({ data: goMap({ default: stored.defaultKey(call).value ?? '' }) }),
      update: configureKeys
    }
  }),
  definePath({
    path: 'config/urls',
    summary: 'Addresses that certificates carry.',
    fields: urlFields,
    operations: { read: (call) => shownUrls(call, globalUrls(call)), update: configureUrls }
  }),
  definePath({
    path: 'config/cluster',
    summary: 'Addresses of this cluster, for templates.',
    fields: clusterFields,
    operations: { read: (call) => shownCluster(call), update: configureCluster }
  }),
  definePath({
    path: 'config/crl',
    summary: 'Lists of revoked certificates, and OCSP.',
    fields: crlFields,
    operations: { read: (call) => shownCrl(call, crlConfig(call)), update: configureCrl }
  })
])

function shownIssuers (call: PkiContext, warnings: readonly string[] = []): LogicalResponse {
  const { defaultId, followsLatest } = issuersConfig(call)
  return { data: goMap({ default: defaultId, default_follows_latest_issuer: followsLatest }), warnings }
}

function configureIssuers (call: IssuersCall): LogicalResponse {
  const { default: reference, default_follows_latest_issuer: followsLatest } = call.fields
  if (reference === '' || reference === 'default') {
    throw invalid("Invalid issuer specification; must be non-empty and can't be 'default'.")
  }
  const issuer = resolved(() => requireIssuer(call, reference))
  const old = issuersConfig(call)
  stored.issuersConfig(call).put({ defaultId: issuer.id, followsLatest: followsLatest ?? old.followsLatest })
  return shownIssuers(call, issuer.keyId === '' ? [WITHOUT_KEY] : [])
}

function configureKeys (call: Call<Static<typeof keysFields>>): LogicalResponse {
  const { default: reference } = call.fields
  if (reference === '' || reference === 'default') {
    throw invalid("Invalid key specification; must be non-empty and can't be 'default'.")
  }
  const { id } = resolved(() => requireKey(call, reference))
  stored.defaultKey(call).put(id)
  return { data: goMap({ default: id }) }
}

/** The real server says issuer also of keys. */
function resolved<T extends Issuer | { readonly id: string }> (find: () => T): T {
  try {
    return find()
  } catch (error) {
    throw invalid(`Error resolving issuer reference: ${(error as Error).message}`)
  }
}

function configureUrls (call: UrlsCall): LogicalResponse {
  const { fields } = call
  const old = globalUrls(call)
  const urls: Urls = {
    issuingCertificates: fields.issuing_certificates ?? old.issuingCertificates,
    crlDistributionPoints: fields.crl_distribution_points ?? old.crlDistributionPoints,
    deltaCrlDistributionPoints: fields.delta_crl_distribution_points ?? old.deltaCrlDistributionPoints,
    ocspServers: fields.ocsp_servers ?? old.ocspServers,
    enableTemplating: fields.enable_templating ?? old.enableTemplating
  }
  refuseBadUrls(urls)
  const [first] = allIssuers(call)
  const warnings = first === undefined || !urls.enableTemplating
    ? []
    : templateWarning(() => filledUrls(call, urls, first.id))
  stored.urls(call).put(urls)
  return { ...shownUrls(call, urls), warnings }
}

function shownUrls ({ cluster: { profile } }: PkiContext, urls: Urls): LogicalResponse {
  return {
    data: goMap({
      crl_distribution_points: urls.crlDistributionPoints,
      ...(profile.pkiDeltaDistributionPoints ? { delta_crl_distribution_points: urls.deltaCrlDistributionPoints } : {}),
      enable_templating: urls.enableTemplating,
      issuing_certificates: urls.issuingCertificates,
      ocsp_servers: urls.ocspServers
    })
  }
}

function shownCluster (call: PkiContext): LogicalResponse {
  const { path = '', aiaPath = '' } = stored.cluster(call).value ?? {}
  return { data: goMap({ aia_path: aiaPath, path }) }
}

function configureCluster (call: Call<Static<typeof clusterFields>>): LogicalResponse {
  const old = stored.cluster(call).value ?? { path: '', aiaPath: '' }
  const { path = old.path, aia_path: aiaPath = old.aiaPath } = call.fields
  for (const url of [path, aiaPath]) {
    if (url !== '' && badUrl([url]) !== undefined) throw invalid(`invalid, non-URL path given to cluster: ${url}`)
  }
  stored.cluster(call).put({ path, aiaPath })
  return shownCluster(call)
}

function configureCrl (call: CrlCall): LogicalResponse {
  const old = crlConfig(call)
  const {
    cross_cluster_revocation: queue, unified_crl: unified, unified_crl_on_existing_paths: everywhere, ...given
  } = call.fields
  const config: CrlConfig = { ...old, ...given }
  checkDurations(given)
  checkTimes(config)
  if (everywhere && !unified) throw invalid('unified_crl_on_existing_paths cannot be enabled if unified_crl is disabled')
  if (queue) {
    refuseEnterprise(call, 'Global, cross-cluster revocation queue (cross_cluster_revocation) ' +
      'can only be enabled on Vault Enterprise.')
  }
  if (unified) refuseEnterprise(call, 'unified_crl can only be enabled on Vault Enterprise')
  stored.crlConfig(call).put(config)
  const isAnew = old.disable !== config.disable || (old.auto_rebuild && !config.auto_rebuild) ||
    old.enable_delta !== config.enable_delta
  const warnings = isAnew ? rebuildLists(call, { isForced: true }) : []
  scheduleLists(call)
  return { ...shownCrl(call, config), warnings }
}

function refuseEnterprise ({ cluster }: CrlCall, words: string): never {
  if (cluster.edition === 'ce') throw invalid(words)
  throw new NotSimulated('revocation over several clusters in the "pki" secrets engine')
}

/** @throws VaultError `given expiry could not be decoded: …` */
function checkDurations (given: CrlFields): void {
  for (const name of ['expiry', 'ocsp_expiry', 'auto_rebuild_grace_period', 'delta_rebuild_interval'] as const) {
    const { [name]: text } = given
    if (text === undefined) continue
    const seconds = orInvalid(() => parseDurationSeconds(text), (why) => `given ${name} could not be decoded: ${why}`)
    if (name === 'ocsp_expiry' && seconds < 0) throw invalid(`ocsp_expiry must be greater than or equal to 0 got: ${text}`)
  }
}

function checkTimes (config: CrlConfig): void {
  const { expiry, auto_rebuild: rebuilds, auto_rebuild_grace_period: grace } = config
  const { enable_delta: deltas, delta_rebuild_interval: interval } = config
  const life = parseDurationSeconds(expiry)
  if (rebuilds && parseDurationSeconds(grace) >= life) {
    throw invalid(`CRL auto-rebuilding grace period (${grace}) must be strictly shorter than CRL expiry ` +
      `(${expiry}) value when auto-rebuilding of CRLs is enabled`)
  }
  if (deltas && parseDurationSeconds(interval) >= life) {
    throw invalid(`CRL delta rebuild window (${interval}) must be strictly shorter than CRL expiry (${expiry}) value ` +
      'when delta CRLs are enabled')
  }
  if (deltas && !rebuilds) {
    throw invalid('Delta CRLs cannot be enabled when auto rebuilding is disabled as the complete CRL is always regenerated!')
  }
}

const OF_SOME_PROFILES: readonly string[] = ['allow_expired_cert_revocation', 'max_crl_entries']

function shownCrl ({ cluster: { profile: { pkiCrlFields } } }: PkiContext, config: CrlConfig): LogicalResponse {
  const isEverywhere = (name: string): boolean => !OF_SOME_PROFILES.includes(name)
  const shown = Object.entries(config).filter(([name]) => isEverywhere(name) || pkiCrlFields.includes(name))
  const overClusters = pkiCrlFields.filter(isEverywhere).map((name) => [name, false] as const)
  return { data: goMap(Object.fromEntries([...shown, ...overClusters])) }
}
