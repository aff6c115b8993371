// sys/config/cors.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { corsConfig, disableCors, enableCors } from '../../vault/cors-config.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const fields = Type.Object({
  enable: field.bool({ description: 'Enables or disables CORS headers on requests.' }),
  allowed_origins: field.stringList({
    description: 'A comma-separated string or array of strings indicating origins that may make cross-origin ' +
      'requests.',
    default: []
  }),
  allowed_headers: field.stringList({
    description: 'A comma-separated string or array of strings indicating headers that are allowed on ' +
      'cross-origin requests.',
    default: []
  })
})

export const corsPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/config-cors', [
  definePath({
    path: 'config/cors',
    summary: 'Configures or returns the current configuration of CORS settings.',
    sudo: true,
    fields,
    operations: { read, update: enable, delete: disable }
  })
])

function read ({ storage }: Call<unknown>): LogicalResponse {
  const config = corsConfig(storage)
  if (config === undefined) return { data: goMap({ enabled: false }) }
  const { allowedHeaders, allowedOrigins } = config
  return { data: goMap({ enabled: true, allowed_headers: allowedHeaders, allowed_origins: allowedOrigins }) }
}

function enable ({ storage, fields: given }: Call<Static<typeof fields>>): undefined {
  enableCors(storage, given.allowed_origins, given.allowed_headers)
}

function disable ({ storage }: Call<unknown>): undefined {
  disableCors(storage)
}
