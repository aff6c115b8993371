// Which web pages of other origins may talk to the cluster, as stored at `replicated/core/cors`; off until configured.
import type { Storage } from '../cluster/storage.js'
import type { JsonObject } from '../json/index.js'
import { failure } from '../refusal/index.js'
import { stored } from './stored.js'

export type CorsConfig = JsonObject & {
  /** `['*']`: all */
  readonly allowedOrigins: readonly string[]
  /** the standard ones and those that were added */
  readonly allowedHeaders: readonly string[]
}

const STANDARD_HEADERS = [
  'Content-Type', 'X-Requested-With', 'X-Vault-AWS-IAM-Server-ID', 'X-Vault-MFA', 'X-Vault-No-Request-Forwarding',
  'X-Vault-Wrap-Format', 'X-Vault-Wrap-TTL', 'X-Vault-Policy-Override', 'Authorization', 'X-Vault-Token'
]

/** Undefined while it is off. */
export function corsConfig (storage: Storage): CorsConfig | undefined {
  return stored.cors(storage).get()
}

/** @throws VaultError in the words of `vault/cors.go` */
export function enableCors (storage: Storage, origins: readonly string[], headers: readonly string[]): void {
  if (origins.length === 0) throw failure('at least one origin or the wildcard must be provided.')
  if (origins.includes('*') && origins.length > 1) {
    throw failure("to allow all origins the '*' must be the only value for allowed_origins")
  }
  stored.cors(storage).put({ allowedOrigins: origins, allowedHeaders: [...STANDARD_HEADERS, ...headers] })
}

export function disableCors (storage: Storage): void {
  stored.cors(storage).delete()
}

export function isAllowedOrigin ({ allowedOrigins }: CorsConfig, origin: string): boolean {
  return allowedOrigins[0] === '*' || allowedOrigins.includes(origin)
}
