// nomad/creds: tokens with a lease.
// https://developer.hashicorp.com/vault/api-docs/secret/nomad#generate-credential
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseHandlers, type LogicalResponse } from '../../vault/paths.js'
import { lifetimesOf } from '../lifetimes.js'
import { askNomad } from './access.js'
import { storedAccess, storedRoles } from './stored.js'

const LONGEST_NAME = 256

export const credsPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/nomad#generate-credential',
  path: 'creds/:name',
  summary: 'Generates a token of Nomad.',
  fields: Type.Object({ name: field.string({ description: 'Name of the role' }) }),
  operations: { read: create }
})

async function create (call: Call<unknown>): Promise<LogicalResponse> {
  const { name = '' } = call.params
  const role = storedRoles(call).get(name)
  if (role === undefined) throw invalid(`role ${JSON.stringify(name)} not found`)
  const access = storedAccess(call).value
  if (access === undefined) throw failure('backend not configured')
  const longest = access.maxTokenNameLength || LONGEST_NAME
  const tokenName = `vault-${name}-${call.token?.displayName ?? ''}-${BigInt(call.nowMs) * 1_000_000n}`.slice(0, longest)
  const asked = { asked: `create a token for ${name}`, method: 'Put', path: '/v1/acl/token' } as const
  const { accessorId, secretId } = await askNomad(call, access, asked, (tokens) => {
    const { type, policies, global } = role
    return tokens.create(access.token, { name: tokenName, type, policies, global })
  })
  return {
    data: goMap({ accessor_id: accessorId, secret_id: secretId }),
    secret: { internal: goMap({ accessorId }), renewable: true, ...lifetimesOf(call) }
  }
}

export const nomadLeases: LeaseHandlers = {
  renew: (call) => lifetimesOf(call),
  revoke: async (call) => {
    const access = storedAccess(call).value
    if (access === undefined) throw failure('error getting Nomad client')
    const accessorId = String(call.lease.internal.accessorId)
    const asked = { asked: 'delete a token', method: 'Delete', path: `/v1/acl/token/${accessorId}` } as const
    await askNomad(call, access, asked, (tokens) => {
      tokens.delete(access.token, accessorId)
      return { accessorId, secretId: '' }
    })
  }
}
