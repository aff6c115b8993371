// consul/config/access: how Consul is reached. Without a token the engine bootstraps Consul's ACLs and keeps theirs.
// https://developer.hashicorp.com/vault/api-docs/secret/consul#configure-access
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseCall, type LogicalResponse } from '../../vault/paths.js'
import { askApi, type ApiCall, type Reached } from '../outside-api.js'
import { storedAccess, type ConsulAccess } from './stored.js'

const fields = Type.Object({
  address: field.string({ default: '', description: 'Consul server address' }),
  scheme: field.string({ default: 'http', description: 'URI scheme for the Consul address' }),
  token: field.string({ default: '', description: 'Token for API calls' }),
  ca_cert: field.string({ default: '', description: 'CA certificate to use when verifying Consul server certificate.' }),
  client_cert: field.string({ default: '', description: 'Client certificate used for Consul\'s TLS communication.' }),
  client_key: field.string({ default: '', description: 'Client key used for Consul\'s TLS communication.' })
})

type ConfigCall = Call<Static<typeof fields>>

export const accessPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/consul#configure-access',
  path: 'config/access',
  summary: 'Configure the access to Consul.',
  fields,
  operations: { read, update: write }
})

function read (call: Call<unknown>): LogicalResponse {
  const { address, scheme } = requireAccess(call)
  return { data: goMap({ address, scheme }) }
}

/** @throws VaultError 400 until the access was configured */
export function requireAccess (call: Pick<Call, 'storage' | 'mountPrefix'>): ConsulAccess {
  const access = storedAccess(call).value
  if (access !== undefined) return access
  throw invalid("access credentials for the backend itself haven't been configured; " +
    "please configure them at the '/config/access' endpoint")
}

async function write (call: ConfigCall): Promise<void> {
  const { address, scheme, token, ca_cert: caCert, client_cert: clientCert, client_key: clientKey } = call.fields
  const access = { address, scheme, token, caCert, clientCert, clientKey }
  storedAccess(call).put(token === '' ? { ...access, token: await bootstrap(call, access) } : access)
}

async function bootstrap (call: ConfigCall, access: ConsulAccess): Promise<string> {
  try {
    await askConsul(call, access, { asked: 'bootstrap the ACLs', method: 'Put', path: '/v1/acl/bootstrap' })
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(`Token not provided and failed to bootstrap ACLs: ${error.message}`)
  }
  return call.cluster.random.stream('consul').uuid()
}

/** @throws {GoError} where nobody answers */
export async function askConsul (
  { cluster }: Pick<LeaseCall, 'cluster'>, { address, scheme }: ConsulAccess,
  call: Pick<ApiCall<'consul'>, 'asked' | 'method' | 'path'>
): Promise<Reached<'consul'>> {
  return await askApi(cluster.outside, { ...call, system: 'consul', address: `${scheme}://${address}` })
}
