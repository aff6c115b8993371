// database/creds: a user of one's own, for as long as the lease lasts.
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import { definePath, type Call, type LeaseCall, type LeaseHandlers, type LogicalResponse } from '../../vault/paths.js'
import { calculateTtl } from '../../vault/tokens/token-ttl.js'
import { orFailure, refuseOtherRoles } from './connections.js'
import { makeCredential } from './credentials.js'
import { pluginNamed, type Plugin } from './plugins.js'
import { ask, requireConnection, textIn } from './session.js'
import { rolesIn, type Connection, type Role } from './stored.js'
import { usernameBy } from './usernames.js'

/** Users outlive their leases by this, so that they do not end before them. */
const BUFFER_MS = 5000

const fields = Type.Object({ name: field.string({ description: 'Name of the role.' }) })

export const credsPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/databases#generate-credentials',
  path: 'creds/:name',
  summary: 'Makes a user.',
  fields,
  operations: { read: create }
})

async function create (call: Call<unknown>): Promise<LogicalResponse> {
  const name = call.params.name ?? ''
  const role = rolesIn(call).get(name)
  if (role === undefined) throw invalid(`unknown role: ${name}`)
  const connection = requireConnection(call, role.dbName)
  refuseOtherRoles(connection, name)
  const plugin = requireSupport(call, connection, role)
  const { credentialType, credentialConfig } = role
  const { passwordPolicy } = connection
  const made = await makeCredential(call, credentialType, credentialConfig, passwordPolicy)
  const { secret, field, publicKey } = made
  const statements = role.creation.length === 0 ? plugin.defaults.create : role.creation
  if (statements === undefined) throw failure('empty creation statements')
  const username = newName(call, connection, plugin, name)
  await orFailure(ask(call, connection, {
    purpose: 'create',
    asked: `create a user for the role ${name}`,
    username,
    expiresAtMs: call.nowMs + ttlOf(call, role) * 1000 + BUFFER_MS,
    statements: statements.map((statement) => statement.replaceAll('{{public_key}}', publicKey)),
    password: secret
  }))
  return {
    data: goMap({ [field]: secret, username }),
    secret: {
      internal: { username, role: name, db_name: role.dbName, revocation_statements: role.revocation },
      ttlSeconds: role.defaultTtlSeconds,
      maxTtlSeconds: role.maxTtlSeconds,
      renewable: true
    }
  }
}

/** @throws VaultError `unsupported credential_type: "rsa_private_key"` */
function requireSupport (call: Pick<LeaseCall, 'cluster'>, { pluginName }: Connection, { credentialType }: Role): Plugin {
  const plugin = pluginNamed(pluginName, call.cluster.profile)
  if (plugin === undefined) throw failure(`plugin not found in the catalog: ${pluginName}`)
  if (!plugin.credentialTypes.some((type) => type === credentialType)) {
    throw invalid(`unsupported credential_type: ${JSON.stringify(credentialType)}`)
  }
  return plugin
}

function newName (call: Call<unknown>, { details }: Connection, plugin: Plugin, roleName: string): string {
  return usernameBy(textIn(details, 'username_template') || plugin.usernameTemplate, {
    displayName: call.token?.displayName ?? '',
    roleName,
    nowMs: call.nowMs,
    random: call.cluster.random.stream('database')
  })
}

type Timed = Pick<LeaseCall, 'mount' | 'cluster' | 'nowMs'>

function ttlOf ({ mount, cluster, nowMs }: Timed, role: Role, asked = 0, issuedAtMs = nowMs): number {
  return calculateTtl(effectiveTtls(mount, cluster.leaseTtls), {
    requestedSeconds: asked,
    roleSeconds: role.defaultTtlSeconds,
    roleMaxSeconds: role.maxTtlSeconds,
    issuedAtMs
  }, nowMs).ttlSeconds
}

/** Users are told how long they may stay when their leases are renewed, and go with these. */
export const credsLeases: LeaseHandlers = {
  async renew (call, incrementSeconds) {
    const { username, role: name } = call.lease.internal
    const role = rolesIn(call).get(String(name))
    if (role === undefined) throw failure(`error during renew: could not find role with name ${JSON.stringify(name)}`)
    const connection = requireConnection(call, role.dbName)
    const { defaults } = requireSupport(call, connection, role)
    await orFailure(ask(call, connection, {
      purpose: 'renew',
      asked: `let ${String(username)} stay`,
      username: String(username),
      expiresAtMs: call.nowMs + ttlOf(call, role, incrementSeconds, call.lease.issuedAtMs) * 1000 + BUFFER_MS,
      statements: role.renewal.length === 0 ? defaults.renew : role.renewal
    }))
    return { ttlSeconds: role.defaultTtlSeconds, maxTtlSeconds: role.maxTtlSeconds }
  },

  /** A role that is gone has left its statements with the lease. */
  async revoke (call) {
    const { username, role: name, db_name: dbName, revocation_statements: kept } = call.lease.internal
    const role = rolesIn(call).get(String(name))
    const connection = requireConnection(call, role?.dbName ?? String(dbName))
    const own = role?.revocation ?? (Array.isArray(kept) ? kept.map(String) : [])
    const defaults = pluginNamed(connection.pluginName, call.cluster.profile)?.defaults.revoke ?? []
    await orFailure(ask(call, connection, {
      purpose: 'revoke',
      asked: `take ${String(username)} away`,
      username: String(username),
      statements: own.length === 0 ? defaults : own,
      password: null
    }))
  }
}
