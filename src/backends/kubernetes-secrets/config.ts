// kubernetes/config: how the cluster is reached.
// https://developer.hashicorp.com/vault/api-docs/secret/kubernetes#write-configuration and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { storedConfig } from './stored.js'

const fields = Type.Object({
  kubernetes_host: field.string({ description: 'Kubernetes API URL to connect to.' }),
  kubernetes_ca_cert: field.string({ description: 'PEM encoded CA certificate to use to verify the API server.' }),
  service_account_jwt: field.string({ description: 'The JSON web token of the service account used by the engine.' }),
  disable_local_ca_jwt: field.bool({ description: 'Disable defaulting to the local CA certificate and account.' })
})

export const configPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/kubernetes#write-configuration',
  path: 'config',
  summary: 'Configure the Kubernetes secret engine plugin.',
  fields,
  operations: { read, update: write, delete: (call) => { storedConfig(call).delete() } }
})

function read (call: Call<unknown>): LogicalResponse | undefined {
  const config = storedConfig(call).value
  return config && {
    data: goMap({
      disable_local_ca_jwt: config.disableLocalCaJwt,
      kubernetes_ca_cert: config.caCert,
      kubernetes_host: config.host
    })
  }
}

/** What is left out stays. This server runs in no pod whose environment would name a host. */
function write (call: Call<Static<typeof fields>>): void {
  const { fields } = call
  const old = storedConfig(call).value
  const host = fields.kubernetes_host ?? old?.host ?? ''
  if (host === '') throw failure('kubernetes_host was unset and could not be determined from environment variables')
  storedConfig(call).put({
    host,
    caCert: fields.kubernetes_ca_cert ?? old?.caCert ?? '',
    serviceAccountJwt: fields.service_account_jwt ?? old?.serviceAccountJwt ?? '',
    disableLocalCaJwt: fields.disable_local_ca_jwt ?? old?.disableLocalCaJwt ?? false
  })
}
