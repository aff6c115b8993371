// What a mount of type `pki` stores: every path below its prefix stands here.
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import type { RandomStream } from '../../sim/random.js'
import type { MountCall } from '../../vault/paths.js'
import { memoize } from '../../vault/memo.js'
import type { AlgorithmName } from './x509/algorithms.js'
import { parseCertificate, type ParsedCertificate } from './x509/certificate.js'
import { parsePrivateKey, type KeyType } from './x509/keys.js'
import type { CrlConfig, TidyConfig } from './config-forms.js'
import type { TidyStatus } from './tidy-status.js'
import type { Role } from './role-form.js'
import type { Schedule } from './schedule.js'

/** Where and when something happens: a call, or what periodic work is given in place of one. */
export type PkiContext = Pick<MountCall, 'cluster' | 'storage' | 'mount' | 'mountPrefix' | 'nowMs'>

export type Usage = 'read-only' | 'issuing-certificates' | 'crl-signing' | 'ocsp-signing'
export type NotAfterBehavior = 'err' | 'truncate' | 'permit'

/** Addresses that go into certificates. */
export type Urls = JsonObject & {
  readonly issuingCertificates: readonly string[]
  readonly crlDistributionPoints: readonly string[]
  readonly deltaCrlDistributionPoints: readonly string[]
  readonly ocspServers: readonly string[]
  readonly enableTemplating: boolean
}

/** An authority: a certificate, with or without its key. */
export type Issuer = JsonObject & {
  readonly id: string
  /** empty: without */
  readonly name: string
  /** empty: the key is not here */
  readonly keyId: string
  /** base64 of DER */
  readonly certificate: string
  /** ids, its own first */
  readonly chain: readonly string[]
  /** null: worked out */
  readonly manualChain: readonly string[] | null
  readonly leafNotAfterBehavior: NotAfterBehavior
  readonly usage: readonly Usage[]
  /** empty: as the key suggests */
  readonly revocationAlgorithm: AlgorithmName | ''
  /** 0: it is not */
  readonly revokedAtMs: number
  /** null: the mount's */
  readonly urls: Urls | null
}

export type StoredKey = JsonObject & {
  readonly id: string
  readonly name: string
  readonly type: KeyType
  /** PEM */
  readonly privateKey: string
}

/** What is known of a certificate that is revoked. */
export type RevokedEntry = JsonObject & {
  /** base64 of DER */
  readonly certificate: string
  readonly revokedAtMs: number
  /** empty: none of those that are here */
  readonly issuerId: string
}

/** One list of revoked certificates, for all issuers of the same key and name. */
export type ListState = JsonObject & {
  /** of the next one */
  readonly number: number
  readonly lastCompleteNumber: number
  readonly expiresAtMs: number
}

/** Which issuer has which list. */
export type ListsState = JsonObject & {
  readonly listOfIssuer: Readonly<Record<string, string>>
  readonly lists: Readonly<Record<string, ListState>>
  /** when the changes were last looked at; 0: never */
  readonly deltaCheckedAtMs: number
}

export type IssuersConfig = JsonObject & {
  readonly defaultId: string
  readonly followsLatest: boolean
}

export type ClusterConfig = JsonObject & { readonly path: string, readonly aiaPath: string }
export type AcmeConfig = JsonObject

/** Typed windows on a mount's data; their keys are named beside them. */
export const stored = {
  /** by id */
  issuers: folder<Issuer>('issuer/'),
  /** by id */
  keys: folder<StoredKey>('key/'),
  /** by name */
  roles: folder<Role>('role/'),
  /** base64 of DER, by serial number with hyphens */
  certificates: folder<string>('certs/'),
  /** by serial number with hyphens */
  revoked: folder<RevokedEntry>('revoked/'),
  /** base64 of DER, by id of the list, `-delta` behind it for the changes */
  lists: folder<string>('crls/'),
  /** serial numbers with hyphens of what the whole lists do not say yet */
  unlisted: folder<true>('delta-wal/'),
  listsState: entry<ListsState>('crl-config'),
  issuersConfig: entry<IssuersConfig>('config/issuers'),
  defaultKey: entry<string>('config/keys'),
  urls: entry<Urls>('config/urls'),
  crlConfig: entry<CrlConfig>('config/crl'),
  cluster: entry<ClusterConfig>('config/cluster'),
  autoTidy: entry<TidyConfig>('config/auto-tidy'),
  acme: entry<AcmeConfig>('config/acme'),
  tidyStatus: entry<TidyStatus>('tidy-status'),
  schedule: entry<Schedule>('schedule')
} as const

function folder<T extends JsonValue> (path: string): (context: PkiContext) => Area<T> {
  return ({ storage, mountPrefix }) => storage.area<T>(mountPrefix + path)
}

function entry<T extends JsonValue> (path: string): (context: PkiContext) => Entry<T> {
  return ({ storage, mountPrefix }) => storage.entry<T>(mountPrefix + path)
}

/** Ids and serial numbers are drawn from it. */
export function chance ({ cluster }: PkiContext): RandomStream {
  return cluster.random.stream('pki')
}

/** An issuer's certificate, read once for each stored form of it. */
export const certificateOf = memoize((issuer: Issuer): ParsedCertificate => {
  return parseCertificate(Buffer.from(issuer.certificate, 'base64'))
})

/** A stored key, read once. */
export const privateKeyOf = memoize(({ id, privateKey }: StoredKey) => {
  const key = parsePrivateKey(privateKey)
  if (key === undefined) throw new Error(`stored key ${id} is none`)
  return key
})
