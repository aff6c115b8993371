// azure/config: the tenant, and who the engine is there.
// https://developer.hashicorp.com/vault/api-docs/secret/azure#configure-access
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type MountCall } from '../../vault/paths.js'
import { multiError } from '../../go/multierror.js'
import { laterFields, refuseLater } from '../later-fields.js'
import { askApi } from '../outside-api.js'
import { storedConfig, type AzureConfig, type Place } from './stored.js'

/** Half a year. */
const ROOT_PASSWORD_TTL_SECONDS = 15_768_000
const ENVIRONMENTS = [
  'AZURECHINACLOUD', 'AZUREGERMANCLOUD', 'AZURECLOUD', 'AZUREPUBLICCLOUD', 'AZUREUSGOVERNMENT', 'AZUREUSGOVERNMENTCLOUD'
]

const fields = Type.Object({
  subscription_id: field.string({ description: 'The subscription id for the Azure Active Directory.' }),
  tenant_id: field.string({ description: 'The tenant id for the Azure Active Directory.' }),
  environment: field.string({ description: 'The Azure environment name. If not provided, AzurePublicCloud is used.' }),
  client_id: field.string({ description: 'The OAuth2 client id to connect to Azure.' }),
  client_secret: field.string({ description: 'The OAuth2 client secret to connect to Azure.' }),
  password_policy: field.string({ description: 'Name of the password policy to use.' }),
  root_password_ttl: field.durationSeconds({ description: 'The TTL of the root password in Azure.' })
})

export const configPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/azure#configure-access',
  path: 'config',
  summary: 'Configure the Azure Secret backend.',
  fields,
  exists: (call) => storedConfig(call).value !== undefined,
  operations: { read, create: write, update: write, delete: (call) => { storedConfig(call).delete() } }
})

/** It is there before it was written. */
function read (call: Call<unknown>): LogicalResponse {
  const config: Partial<AzureConfig> = storedConfig(call).value ?? {}
  return {
    data: goMap({
      client_id: config.clientId ?? '',
      environment: config.environment ?? '',
      root_password_ttl: config.rootPasswordTtlSeconds ?? 0,
      subscription_id: config.subscriptionId ?? '',
      tenant_id: config.tenantId ?? '',
      ...laterFields(call, 'azure/config')
    })
  }
}

/** What a write leaves out stays. */
function write (call: Call<Static<typeof fields>>): void {
  const { fields: given } = call
  refuseLater(call, 'azure/config')
  const old: Partial<AzureConfig> = storedConfig(call).value ?? {}
  const environment = given.environment ?? old.environment ?? ''
  if (given.environment !== undefined && !ENVIRONMENTS.includes(environment.toUpperCase())) {
    const name = JSON.stringify(environment.toUpperCase())
    throw invalid(multiError([call.cluster.profile.azureEnvironmentText + name]))
  }
  if (given.password_policy !== undefined && given.password_policy !== '') {
    throw new NotSimulated('password policies of the "azure" secrets engine')
  }
  storedConfig(call).put({
    subscriptionId: given.subscription_id ?? old.subscriptionId ?? '',
    tenantId: given.tenant_id ?? old.tenantId ?? '',
    clientId: given.client_id ?? old.clientId ?? '',
    clientSecret: given.client_secret ?? old.clientSecret ?? '',
    environment,
    rootPasswordTtlSeconds: given.root_password_ttl ?? old.rootPasswordTtlSeconds ?? ROOT_PASSWORD_TTL_SECONDS
  })
}

/** @throws VaultError 500 as the real engine's client says it */
export function requireClient (call: Place): AzureConfig {
  const config = storedConfig(call).value
  if ((config?.subscriptionId ?? '') === '') throw failure('subscription_id is required')
  if ((config?.tenantId ?? '') === '') throw failure('tenant_id is required')
  if (config === undefined) throw failure('config is nil')
  return config
}

/**
 * Asks the tenant. Which text an unreachable Azure leaves is inferred: that of Go's client.
 *
 * @param prefix what the engine says before it
 * @throws VaultError 500
 */
export async function askAzure (
  { cluster }: Pick<MountCall, 'cluster'>, { tenantId }: AzureConfig, asked: string, prefix = ''
): Promise<void> {
  const address = `https://login.microsoftonline.com/${tenantId}`
  try {
    await askApi(cluster.outside, { system: 'azure', address, asked, method: 'Post', path: '/oauth2/v2.0/token' })
  } catch (error) {
    throw error instanceof GoError ? failure(prefix + error.message) : error
  }
}
