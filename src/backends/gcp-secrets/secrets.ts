// gcp/roleset/:name/token and …/key: OAuth tokens without leases, keys of service accounts with them.
// https://developer.hashicorp.com/vault/api-docs/secret/gcp#generate-secret-iam-service-account-creds-oauth2-access-token
import { createHash } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseHandlers, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { accountPath, createKey, deleteKey, inGoogle, requireAccount } from './google.js'
import { ACCESS_TOKEN, KEY } from './role-sets.js'
import { storedConfig, storedRoleSets, type Place, type RoleSet } from './stored.js'

/** Google's tokens are good for an hour, less what the way takes. */
const TOKEN_SECONDS = 3599
const BITS: Readonly<Record<string, number>> = { KEY_ALG_RSA_1024: 1024, KEY_ALG_RSA_2048: 2048 }

const roleset = field.string({ description: 'Required. Name of the role set.' })
const tokenFields = Type.Object({ roleset })
const keyFields = Type.Object({
  roleset,
  key_algorithm: field.string({ default: 'KEY_ALG_RSA_2048', description: 'Private key algorithm for service account key.' }),
  key_type: field.string({ default: 'TYPE_GOOGLE_CREDENTIALS_FILE', description: 'Private key type for service account key.' }),
  ttl: field.durationSeconds({ default: 0, description: 'Lifetime of the service account key' })
})
type KeyCall = Call<Static<typeof keyFields>>

const token = (path: string) => definePath({
  path, summary: 'Generate an OAuth2 access token secret.', fields: tokenFields, operations: { read: giveToken, update: giveToken }
})
const key = (path: string) => definePath({
  path, summary: 'Generate a service account private key secret.', fields: keyFields, operations: { read: giveKey, update: giveKey }
})

export const secretPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/gcp', [
  token('roleset/:roleset/token'), token('token/:roleset'), key('roleset/:roleset/key'), key('key/:roleset')
])

async function giveToken (call: Call<unknown>): Promise<LogicalResponse> {
  const { roleset: name = '' } = call.params
  const set = storedRoleSets(call).get(name)
  if (set === undefined) throw invalid(`role set '${name}' does not exists`)
  if (set.secretType !== ACCESS_TOKEN) {
    throw invalid(`role set '${name}' cannot generate access tokens (has secret type ${set.secretType})`)
  }
  try {
    await inGoogle(call, { asked: `give a token to ${set.email}`, method: 'Post', path: '/oauth2/v4/token' }, (accounts) => {
      requireAccount(accounts, set.email)
      return accounts
    })
  } catch (error) {
    throw error instanceof GoError ? failure(`got error while creating OAuth2 token: ${error.message}`) : error
  }
  return {
    data: goMap({
      expires_at_seconds: Math.floor(call.nowMs / 1000) + TOKEN_SECONDS,
      token: `ya29.c.${call.cluster.random.stream('gcp').base62(120)}`,
      token_ttl: TOKEN_SECONDS
    })
  }
}

async function giveKey (call: KeyCall): Promise<LogicalResponse> {
  const { roleset: name = '' } = call.params
  const { key_algorithm: algorithm, key_type: type, ttl } = call.fields
  const set = storedRoleSets(call).get(name)
  if (set === undefined) throw invalid(`role set ${JSON.stringify(name)} does not exists`)
  if (set.secretType !== KEY) {
    const kind = `has secret type ${set.secretType}`
    throw invalid(`role set ${JSON.stringify(name)} cannot generate service account keys (${kind})`)
  }
  const bits = BITS[algorithm]
  if (bits === undefined) throw invalid(`googleapi: Error 400: Invalid value at 'key_algorithm': ${algorithm}`)
  if (type !== 'TYPE_GOOGLE_CREDENTIALS_FILE') throw new NotSimulated(`service account keys of the type ${type}`)
  const made = await createKey(call, set.project, set.email, bits).catch((error: unknown) => {
    throw error instanceof GoError ? invalid(error.message) : error
  })
  const limits = lifetimes(call)
  return {
    data: goMap({ key_algorithm: algorithm, key_type: type, private_key_data: made.data }),
    secret: {
      internal: goMap({
        key: made.id, project: set.project, email: set.email, role_set: name, role_set_bindings: hashOf(set)
      }),
      renewable: true,
      ...limits,
      ttlSeconds: ttl || limits.ttlSeconds
    }
  }
}

function lifetimes (call: Place): { readonly ttlSeconds: number, readonly maxTtlSeconds: number } {
  const { ttlSeconds = 0, maxTtlSeconds = 0 } = storedConfig(call).value ?? {}
  return { ttlSeconds, maxTtlSeconds }
}

function hashOf ({ rawBindings }: RoleSet): string {
  return createHash('sha256').update(rawBindings).digest('base64')
}

export const gcpLeases: LeaseHandlers = {
  renew: async (call) => {
    const { project, email, key: id, role_set: name, role_set_bindings: hash } = call.lease.internal
    const set = storedRoleSets(call).get(String(name))
    if (set === undefined) throw failure(`could not find role set ${JSON.stringify(name)} to verify secret`)
    if (hashOf(set) !== hash) {
      throw failure(`role set '${String(name)}' bindings were updated since secret was generated, cannot renew`)
    }
    try {
      const path = `${accountPath(String(project), String(email))}/keys/${String(id)}`
      await inGoogle(call, { asked: `look up a key of ${String(email)}`, method: 'Get', path })
    } catch (error) {
      throw error instanceof GoError ? invalid(`could not confirm key still exists in GCP: ${error.message}`) : error
    }
    return lifetimes(call)
  },
  revoke: async (call) => {
    const { project, email, key: id } = call.lease.internal
    try {
      await deleteKey(call, String(project), String(email), String(id))
    } catch (error) {
      throw error instanceof GoError ? invalid(`unable to delete service account key: ${error.message}`) : error
    }
  }
}
