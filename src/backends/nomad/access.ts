// nomad/config/access: how Nomad is reached, and what is asked there. Without a token its ACLs are bootstrapped.
// https://developer.hashicorp.com/vault/api-docs/secret/nomad#configure-access
import { Type, type Static } from '@sinclair/typebox'
import type { NomadToken, NomadTokens } from '../../cluster/outside.js'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseCall, type LogicalResponse } from '../../vault/paths.js'
import { askApi, type ApiCall } from '../outside-api.js'
import { storedAccess, type NomadAccess } from './stored.js'

const fields = Type.Object({
  address: field.string({ description: 'Nomad server address' }),
  token: field.string({ description: 'Token for API calls' }),
  max_token_name_length: field.int({ description: 'Max length for name of generated Nomad tokens' }),
  ca_cert: field.string({ description: 'CA certificate to use when verifying Nomad server certificate.' }),
  client_cert: field.string({ description: "Client certificate used for Nomad's TLS communication." }),
  client_key: field.string({ description: "Client key used for Nomad's TLS communication." })
})

const NONE: NomadAccess = {
  address: '', token: '', maxTokenNameLength: 0, caCert: '', clientCert: '', clientKey: ''
}
/** Nomad's own for its clients. */
const STANDARD_ADDRESS = 'http://127.0.0.1:4646'

export const accessPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/nomad#configure-access',
  path: 'config/access',
  summary: 'Configure the access to Nomad.',
  fields,
  operations: { read, update: write, delete: (call) => { storedAccess(call).delete() } }
})

/** @see recorded: `nomad: config read` */
function read (call: Call<unknown>): LogicalResponse | undefined {
  const access = storedAccess(call).value
  return access && {
    data: goMap({
      address: access.address,
      ca_cert: access.caCert,
      client_cert: access.clientCert,
      max_token_name_length: access.maxTokenNameLength
    })
  }
}

/** What is left out stays. */
async function write (call: Call<Static<typeof fields>>): Promise<void> {
  const { fields } = call
  const old = storedAccess(call).value ?? NONE
  const access = {
    address: fields.address ?? old.address,
    token: fields.token ?? old.token,
    maxTokenNameLength: fields.max_token_name_length ?? old.maxTokenNameLength,
    caCert: fields.ca_cert ?? old.caCert,
    clientCert: fields.client_cert ?? old.clientCert,
    clientKey: fields.client_key ?? old.clientKey
  }
  storedAccess(call).put(access.token === '' ? { ...access, token: (await bootstrap(call, access)).secretId } : access)
}

async function bootstrap (call: Call<unknown>, access: NomadAccess): Promise<NomadToken> {
  const asked = { asked: 'bootstrap the ACLs', method: 'Post', path: '/v1/acl/bootstrap' } as const
  return await askNomad(call, access, asked, (tokens) => tokens.bootstrap())
}

/**
 * Asks Nomad for a token: the region of this world, where the address is one of its servers', and else whatever the
 * outside is told to have there.
 *
 * @throws VaultError `failure` with the words of Nomad's client
 */
export async function askNomad (
  call: Pick<LeaseCall, 'cluster'>, access: NomadAccess,
  { asked, method, path }: Pick<ApiCall<'nomad'>, 'asked' | 'method' | 'path'>, ask: (tokens: NomadTokens) => NomadToken
): Promise<NomadToken> {
  const { outside, random } = call.cluster
  const address = access.address || STANDARD_ADDRESS
  try {
    const region = outside.nomadAt(address)
    if (region !== undefined) return ask(region)
    await askApi(outside, { system: 'nomad', address, asked, method, path })
  } catch (error) {
    throw error instanceof GoError ? failure(error.message) : error
  }
  const ids = random.stream('nomad-engine')
  return { accessorId: ids.uuid(), secretId: ids.uuid() }
}
