// The secrets engine `azure`: service principals and passwords of applications, with leases.
// https://developer.hashicorp.com/vault/api-docs/secret/azure
import { Type } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LeaseHandlers, type LogicalResponse } from '../../vault/paths.js'
import { REFUSED } from '../../vault/source.js'
import { askAzure, configPath, requireClient } from './config.js'
import { rolePaths } from './roles.js'
import { storedRoles } from './stored.js'

const SECRET_LENGTH = 40

const credsPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/azure#generate-credentials',
  path: 'creds/:role',
  summary: 'Request Service Principal credentials for a given Vault role.',
  fields: Type.Object({ role: field.lowerCaseString({ description: 'Name of the Vault role' }) }),
  operations: { read: create }
})

async function create (call: Call<unknown>): Promise<LogicalResponse> {
  const name = (call.params.role ?? '').toLowerCase()
  const config = requireClient(call)
  const role = storedRoles(call).get(name)
  if (role === undefined) throw invalid(`role '${name}' does not exist`)
  const { applicationObjectId, applicationId, ttlSeconds, maxTtlSeconds } = role
  const ids = call.cluster.random.stream('azure')
  const isOwn = applicationObjectId === ''
  if (isOwn) await askAzure(call, config, `create an application for ${name}`)
  else await askAzure(call, config, `add a password to the application ${applicationObjectId}`, 'error updating credentials: ')
  const clientId = isOwn ? ids.uuid() : applicationId
  return {
    data: goMap({ client_id: clientId, client_secret: ids.base62(SECRET_LENGTH) }),
    secret: {
      internal: goMap({ role: name, application: isOwn ? clientId : applicationObjectId, isOwn }),
      renewable: true,
      ttlSeconds,
      maxTtlSeconds
    }
  }
}

const leases: LeaseHandlers = {
  renew: (call) => {
    const role = storedRoles(call).get(String(call.lease.internal.role))
    return role === undefined ? null : { ttlSeconds: role.ttlSeconds, maxTtlSeconds: role.maxTtlSeconds }
  },
  revoke: async (call) => {
    const { application, isOwn } = call.lease.internal
    const what = isOwn === true ? 'delete the application' : 'remove a password of the application'
    await askAzure(call, requireClient(call), `${what} ${String(application)}`)
  }
}

const rotateRoot = definePath({
  path: 'rotate-root',
  summary: 'Not simulated: the rotation of the client secret.',
  fields: Type.Object({}),
  checked: false,
  source: REFUSED,
  operations: { update: () => { throw new NotSimulated('the rotation of the client secret of Azure') } }
})

export const azureSecrets: Backend = {
  type: 'azure',
  help: () => [
    'The Azure secrets backend dynamically generates Azure service',
    'principals. The SP credentials have a configurable lease and',
    'are automatically revoked at the end of the lease.',
    '',
    'After mounting this backend, credentials to manage Azure resources',
    'must be configured with the "config/" endpoints and policies must be',
    'written using the "role/" endpoints before any credentials can be',
    'generated.'
  ].join('\n'),
  paths: [configPath, ...rolePaths, credsPath, rotateRoot],
  leases
}
