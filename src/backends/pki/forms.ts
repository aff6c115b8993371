// What the entries of a mount of type `pki` look like in a saved world.
import { Type, type TObject, type TSchema } from '@sinclair/typebox'
import { instant, texts } from '../../sim/declared.js'
import type { JsonObject } from '../../json/index.js'
import { ALARMS } from '../../vault/alarms.js'
import { formOf, orNull, text, whole, yesOrNo, anyObject, type PrefixForms } from '../../vault/entry-forms.js'
import { DEFAULT_CRL_CONFIG, DEFAULT_TIDY_CONFIG } from './config-forms.js'
import { DEFAULT_ROLE } from './role-form.js'
import type {
  ClusterConfig, Issuer, IssuersConfig, ListState, RevokedEntry, StoredKey, Urls
} from './stored.js'
import type { Schedule } from './schedule.js'
import type { TidyCounts } from './tidy-status.js'

/** Of objects of which all members are known by what they are at first. */
function likeDefaults (defaults: JsonObject): TObject {
  return Type.Object(Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, formLike(value)])))
}

function formLike (value: JsonObject[string]): TSchema {
  if (typeof value === 'boolean') return yesOrNo
  if (typeof value === 'number') return whole
  return typeof value === 'string' ? text : texts
}

const UrlsForm = Type.Object({
  issuingCertificates: texts,
  crlDistributionPoints: texts,
  deltaCrlDistributionPoints: texts,
  ocspServers: texts,
  enableTemplating: yesOrNo
})

const usages = Type.Array(Type.Union([
  Type.Literal('read-only'), Type.Literal('issuing-certificates'), Type.Literal('crl-signing'),
  Type.Literal('ocsp-signing')
]))
const algorithms = Type.Union([
  Type.Literal(''), Type.Literal('Ed25519'),
  Type.Literal('SHA256WithRSA'), Type.Literal('SHA384WithRSA'), Type.Literal('SHA512WithRSA'),
  Type.Literal('ECDSAWithSHA256'), Type.Literal('ECDSAWithSHA384'), Type.Literal('ECDSAWithSHA512'),
  Type.Literal('SHA256WithRSAPSS'), Type.Literal('SHA384WithRSAPSS'), Type.Literal('SHA512WithRSAPSS')
])

const IssuerForm = formOf<Issuer>()(Type.Object({
  id: text,
  name: text,
  keyId: text,
  certificate: text,
  chain: texts,
  manualChain: orNull(texts),
  leafNotAfterBehavior: Type.Union([Type.Literal('err'), Type.Literal('truncate'), Type.Literal('permit')]),
  usage: usages,
  revocationAlgorithm: algorithms,
  revokedAtMs: instant,
  urls: orNull(UrlsForm)
}))

const KeyForm = formOf<StoredKey>()(Type.Object({
  id: text,
  name: text,
  type: Type.Union([Type.Literal('rsa'), Type.Literal('ec'), Type.Literal('ed25519')]),
  privateKey: text
}))

const RevokedForm = formOf<RevokedEntry>()(Type.Object({ certificate: text, revokedAtMs: instant, issuerId: text }))

const ListForm = formOf<ListState>()(Type.Object({ number: whole, lastCompleteNumber: whole, expiresAtMs: instant }))

const ListsForm = Type.Object({
  listOfIssuer: Type.Record(text, text),
  lists: Type.Record(text, ListForm),
  deltaCheckedAtMs: instant
})

const CountsForm = formOf<TidyCounts>()(Type.Object({ certificates: whole, revoked: whole, missingIssuers: whole }))

const StatusForm = Type.Object({
  state: text,
  config: likeDefaults(DEFAULT_TIDY_CONFIG),
  startedAtMs: instant,
  finishedAtMs: instant,
  counts: CountsForm
})

export const pkiForms: PrefixForms = [
  ['issuer/', IssuerForm],
  ['key/', KeyForm],
  ['role/', likeDefaults(DEFAULT_ROLE)],
  ['certs/', text],
  ['revoked/', RevokedForm],
  ['crls/', text],
  ['delta-wal/', Type.Literal(true)],
  ['crl-config', ListsForm],
  ['config/issuers', formOf<IssuersConfig>()(Type.Object({ defaultId: text, followsLatest: yesOrNo }))],
  ['config/keys', text],
  ['config/urls', formOf<Urls>()(UrlsForm)],
  ['config/crl', likeDefaults(DEFAULT_CRL_CONFIG)],
  ['config/cluster', formOf<ClusterConfig>()(Type.Object({ path: text, aiaPath: text }))],
  ['config/auto-tidy', likeDefaults(DEFAULT_TIDY_CONFIG)],
  ['config/acme', anyObject],
  ['tidy-status', StatusForm],
  [ALARMS, Type.Literal(true)],
  ['schedule', formOf<Schedule>()(Type.Object({ lists: instant, changes: instant, tidy: instant }))]
]
