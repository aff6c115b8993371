// consul/creds: tokens of Consul with a lease.
// https://developer.hashicorp.com/vault/api-docs/secret/consul#generate-credential
import { Type } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseHandlers, type LogicalResponse, type RenewedSecret } from '../../vault/paths.js'
import { askConsul, requireAccess } from './config.js'
import { storedAccess, storedRoles, type ConsulRole } from './stored.js'

export const credsPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/consul#generate-credential',
  path: 'creds/:role',
  summary: 'Generates a token of Consul.',
  fields: Type.Object({ role: field.string({ description: 'Name of the role.' }) }),
  operations: { read: create }
})

/** Tokens of Consul before 1.4 have no accessor. */
async function create (call: Call<unknown>): Promise<LogicalResponse> {
  const { role: name = '' } = call.params
  const role = storedRoles(call).get(name)
  if (role === undefined) throw invalid(`role ${JSON.stringify(name)} not found`)
  const access = requireAccess(call)
  const isOld = role.policy !== ''
  try {
    const path = isOld ? '/v1/acl/create' : '/v1/acl/token'
    await askConsul(call, access, { asked: `create a token for ${name}`, method: 'Put', path })
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(error.message)
  }
  const ids = call.cluster.random.stream('consul')
  const token = ids.uuid()
  const accessor = isOld ? '' : ids.uuid()
  const { consulNamespace, partition, local } = role
  const internal = goMap({ token: isOld ? token : accessor, role: name, isOld })
  return {
    data: goMap(isOld ? { token } : { accessor, consul_namespace: consulNamespace, local, partition, token }),
    secret: { internal, renewable: true, ...limits(role) }
  }
}

function limits ({ ttlSeconds, maxTtlSeconds }: ConsulRole): RenewedSecret {
  return { ttlSeconds, maxTtlSeconds }
}

export const consulLeases: LeaseHandlers = {
  renew: (call) => {
    const { role: name } = call.lease.internal
    const role = storedRoles(call).get(String(name))
    if (role === undefined) throw failure(`issuing role ${JSON.stringify(name)} not found`)
    return limits(role)
  },
  revoke: async (call) => {
    const access = storedAccess(call).value
    if (access === undefined) return
    const { token, isOld } = call.lease.internal
    const path = isOld === true ? `/v1/acl/destroy/${String(token)}` : `/v1/acl/token/${String(token)}`
    const method = isOld === true ? 'Put' : 'Delete'
    try {
      await askConsul(call, access, { asked: 'delete a token', method, path })
    } catch (error) {
      throw error instanceof GoError ? failure(error.message) : error
    }
  }
}
