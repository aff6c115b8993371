// identity/oidc/key: named keys, by which roles and clients have tokens signed.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../../json/index.js'
import { invalid } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { listOf } from '../render.js'
import { newPairs, rotatedKey, settledKey } from './signing-keys.js'
import { ALGORITHMS, DEFAULT_KEY, nameIn, namesOf, oidc, type Algorithm, type NamedKey } from './stored.js'

const keyFields = Type.Object({
  name: field.string({ description: 'Name of the key.' }),
  rotation_period: field.durationSeconds({ description: 'How often a new pair of keys is made; by default 24h.' }),
  verification_ttl: field.durationSeconds({
    description: 'How long the public half of a pair stays published after its rotation; by default 24h.'
  }),
  algorithm: field.string({ description: 'RS256, the default, RS384, RS512, ES256, ES384, ES512 or EdDSA.' }),
  allowed_client_ids: field.stringList({ description: 'Ids of roles and clients that may use it; `*`: all.' })
})
const rotateFields = Type.Object({
  name: field.string({ description: 'Name of the key.' }),
  verification_ttl: field.durationSeconds({ description: "In place of the key's own, this time." })
})

type KeyCall = Call<Static<typeof keyFields>>

export const keyPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/tokens', [
  definePath({
    path: 'oidc/key',
    summary: 'Lists the named keys.',
    fields: Type.Object({}),
    operations: { list: (call) => listOf(oidc.keys.names(call)) }
  }),
  definePath({
    path: 'oidc/key/:name',
    summary: 'A named key.',
    fields: keyFields,
    exists: (call) => oidc.keys.get(call, nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  }),
  definePath({
    path: 'oidc/key/:name/rotate',
    summary: 'Rotates a named key.',
    fields: rotateFields,
    operations: { update: rotate }
  })
])

function read (call: KeyCall): LogicalResponse | undefined {
  const key = oidc.keys.get(call, nameIn(call))
  return key && {
    data: goMap({
      algorithm: key.algorithm,
      allowed_client_ids: key.allowedClientIds,
      rotation_period: key.rotationPeriodSeconds,
      verification_ttl: key.verificationTtlSeconds
    })
  }
}

async function write (call: KeyCall): Promise<undefined> {
  const name = nameIn(call)
  const old = await settledKey(call, name)
  const settings = settingsOf(call, old)
  const pairs = old?.algorithm === settings.algorithm ? old : await newPairs(call, old?.ring ?? [], settings.algorithm)
  // who was quicker is not overwritten unread
  if (oidc.keys.get(call, name) !== old) return await write(call)
  const { ring, signingKeyId, nextKeyId } = pairs
  const { nowMs } = call.cluster.timeline
  const followingAtMs = nowMs + settings.rotationPeriodSeconds * 1000
  const nextRotationAtMs = old === undefined ? followingAtMs : Math.min(old.nextRotationAtMs, followingAtMs)
  oidc.keys.put(call, name, { ...settings, ring, signingKeyId, nextKeyId, nextRotationAtMs })
}

type Settings = Pick<NamedKey, 'algorithm' | 'rotationPeriodSeconds' | 'verificationTtlSeconds' | 'allowedClientIds'>

/** Checks in the order of `pathOIDCCreateUpdateKey`. */
function settingsOf (call: KeyCall, old: NamedKey | undefined): Settings {
  const { fields } = call
  const { rotationPeriodSeconds: period, verificationTtlSeconds: ttl, ...others } = old ?? NEW
  const rotationPeriodSeconds = fields.rotation_period ?? period
  if (rotationPeriodSeconds < 60) throw invalid('rotation_period must be at least one minute')
  const verificationTtlSeconds = fields.verification_ttl ?? ttl
  if (verificationTtlSeconds > 10 * rotationPeriodSeconds) {
    throw invalid('verification_ttl cannot be longer than 10x rotation_period')
  }
  if (old !== undefined) refuseLongerTokens(call, verificationTtlSeconds)
  const algorithm = fields.algorithm ?? others.algorithm
  if (!isAlgorithm(algorithm)) throw invalid(`unknown signing algorithm "${algorithm}"`)
  return {
    algorithm,
    rotationPeriodSeconds,
    verificationTtlSeconds,
    allowedClientIds: fields.allowed_client_ids ?? others.allowedClientIds
  }
}

const NEW: Settings = {
  algorithm: 'RS256', rotationPeriodSeconds: 86_400, verificationTtlSeconds: 86_400, allowedClientIds: []
}

function isAlgorithm (text: string): text is Algorithm {
  return (ALGORITHMS as readonly string[]).includes(text)
}

/** A token must not outlive what verifies it. */
function refuseLongerTokens (call: KeyCall, verificationTtlSeconds: number): void {
  const name = nameIn(call)
  const refusal = (by: string, ttl: string): never => {
    throw invalid(`unable to update key "${name}" because it is currently referenced by one or more ${by} ` +
      `with ${ttl} greater than ${verificationTtlSeconds} seconds`)
  }
  const roles = oidc.roles.entries(call).filter(([, { key }]) => key === name)
  if (roles.some(([, { ttlSeconds }]) => ttlSeconds > verificationTtlSeconds)) refusal('roles', 'a token ttl')
  const clients = oidc.clients.entries(call).filter(([, { key }]) => key === name)
  const outlives = clients.some(([, { idTokenTtlSeconds }]) => idTokenTtlSeconds > verificationTtlSeconds)
  if (outlives) refusal('clients', 'an id_token_ttl')
}

function remove (call: KeyCall): undefined {
  const name = nameIn(call)
  if (name === DEFAULT_KEY) throw invalid(`deletion of key "${name}" not allowed`)
  const inUse = `unable to delete key "${name}" because it is currently referenced by these`
  const roles = namesOf(oidc.roles.entries(call), ({ key }) => key === name)
  if (roles !== undefined) throw invalid(`${inUse} roles: ${roles}`)
  const clients = namesOf(oidc.clients.entries(call), ({ key }) => key === name)
  if (clients !== undefined) throw invalid(`${inUse} clients: ${clients}`)
  oidc.keys.delete(call, name)
}

async function rotate (call: Call<Static<typeof rotateFields>>): Promise<undefined> {
  const name = nameIn(call)
  const key = await settledKey(call, name)
  if (key === undefined) throw invalid(`no named key found at "${name}"`)
  const rotated = await rotatedKey(call, key, call.fields.verification_ttl ?? key.verificationTtlSeconds)
  // who was quicker is not overwritten unread
  if (oidc.keys.get(call, name) !== key) return await rotate(call)
  oidc.keys.put(call, name, rotated)
}
