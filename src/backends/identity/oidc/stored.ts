// What OIDC stores below the mount of identity, and what is there before anybody wrote it.
import type { Area } from '../../../cluster/storage.js'
import { compareBytes, type JsonObject, type JsonValue } from '../../../json/index.js'
import type { Call } from '../../../vault/paths.js'

/** What of a call these need. */
export type OidcContext = Pick<Call, 'storage' | 'mountPrefix'>

export const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

export type Algorithm = typeof ALGORITHMS[number]

/** One pair of keys; once it does not sign any more, only the public half. */
export type RingKey = JsonObject & {
  /** the `kid`, a UUID */
  readonly id: string
  readonly algorithm: Algorithm
  readonly jwk: JsonObject
  /** 0: published as long as its named key is there */
  readonly expiresAtMs: number
}

export type NamedKey = JsonObject & {
  readonly algorithm: Algorithm
  readonly rotationPeriodSeconds: number
  readonly verificationTtlSeconds: number
  readonly allowedClientIds: readonly string[]
  /** 0: not before its first pair is made */
  readonly nextRotationAtMs: number
  /** all that are published; empty before the first is made */
  readonly ring: readonly RingKey[]
  /** empty before it is made */
  readonly signingKeyId: string
  readonly nextKeyId: string
}

export type OidcConfig = JsonObject & { readonly issuer: string }

export type OidcRole = JsonObject & {
  readonly key: string
  readonly template: string
  readonly ttlSeconds: number
  readonly clientId: string
}

export type Scope = JsonObject & { readonly template: string, readonly description: string }

export type Assignment = JsonObject & { readonly entityIds: readonly string[], readonly groupIds: readonly string[] }

export type OidcClient = JsonObject & {
  readonly redirectUris: readonly string[]
  readonly assignments: readonly string[]
  readonly key: string
  readonly idTokenTtlSeconds: number
  readonly accessTokenTtlSeconds: number
  readonly type: 'confidential' | 'public'
  readonly clientId: string
  /** empty for public ones */
  readonly clientSecret: string
}

export type Provider = JsonObject & {
  /** empty: the address of the cluster's active node */
  readonly issuer: string
  readonly allowedClientIds: readonly string[]
  readonly scopesSupported: readonly string[]
}

/** What a code stands for. */
export type Grant = JsonObject & {
  readonly provider: string
  readonly clientId: string
  readonly entityId: string
  readonly redirectUri: string
  readonly nonce: string
  readonly scopes: readonly string[]
  /** when its token was made, where `max_age` asked for it; else 0 */
  readonly authenticatedAtMs: number
  /** empty without PKCE */
  readonly codeChallenge: string
  readonly codeChallengeMethod: 'plain' | 'S256'
  readonly expiresAtMs: number
}

/** A folder with some entries that are there from the first. */
export class Shelf<T extends JsonValue> {
  readonly #folder: string
  readonly #builtIn: ReadonlyMap<string, T>

  constructor (folder: string, builtIn: Readonly<Record<string, T>> = {}) {
    this.#folder = folder
    this.#builtIn = new Map(Object.entries(builtIn))
  }

  get (context: OidcContext, name: string): T | undefined {
    return this.#area(context).get(name) ?? this.#builtIn.get(name)
  }

  put (context: OidcContext, name: string, value: T): void { this.#area(context).put(name, value) }

  delete (context: OidcContext, name: string): void { this.#area(context).delete(name) }

  names (context: OidcContext): string[] {
    return [...new Set([...this.#area(context).children(), ...this.#builtIn.keys()])].sort(compareBytes)
  }

  entries (context: OidcContext): [string, T][] {
    return this.names(context).flatMap((name) => {
      const value = this.get(context, name)
      return value === undefined ? [] : [[name, value]]
    })
  }

  #area ({ storage, mountPrefix }: OidcContext): Area<T> {
    return storage.area<T>(`${mountPrefix}oidc/${this.#folder}/`)
  }
}

/** What cannot be deleted (recorded). */
export const DEFAULT_KEY = 'default'
export const DEFAULT_PROVIDER = 'default'
export const ALLOW_ALL = 'allow_all'

const DAY_SECONDS = 86_400

export const oidc = {
  config: new Shelf<OidcConfig>('config'),
  keys: new Shelf<NamedKey>('key', {
    [DEFAULT_KEY]: {
      algorithm: 'RS256',
      rotationPeriodSeconds: DAY_SECONDS,
      verificationTtlSeconds: DAY_SECONDS,
      allowedClientIds: ['*'],
      nextRotationAtMs: 0,
      ring: [],
      signingKeyId: '',
      nextKeyId: ''
    }
  }),
  roles: new Shelf<OidcRole>('role'),
  scopes: new Shelf<Scope>('scope'),
  assignments: new Shelf<Assignment>('assignment', { [ALLOW_ALL]: { entityIds: ['*'], groupIds: ['*'] } }),
  clients: new Shelf<OidcClient>('client'),
  providers: new Shelf<Provider>('provider', {
    [DEFAULT_PROVIDER]: { issuer: '', allowedClientIds: ['*'], scopesSupported: [] }
  }),
  /** by their code */
  grants: new Shelf<Grant>('grant')
} as const

/** The name in a path. */
export function nameIn ({ params }: Pick<Call, 'params'>): string {
  return params.name ?? ''
}

/** Names of those that refer to something, as refusals list them; undefined without any. */
export function namesOf<T> (
  entries: readonly (readonly [string, T])[], refers: (value: T) => boolean
): string | undefined {
  const names = entries.filter(([, value]) => refers(value)).map(([name]) => name)
  return names.length === 0 ? undefined : names.join(', ')
}
