// gcp/config: who the engine is in Google Cloud, and how long keys live.
// https://developer.hashicorp.com/vault/api-docs/secret/gcp#write-config
import { Type, type Static } from '@sinclair/typebox'
import { goMap, isObject, JsonSyntaxError, parseJson } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { laterFields, refuseLater } from '../later-fields.js'
import { storedConfig } from './stored.js'

const fields = Type.Object({
  credentials: field.string({ description: 'GCP IAM service account credentials JSON.' }),
  ttl: field.durationSeconds({ description: 'Default lease for generated keys. If <= 0, will use system default.' }),
  max_ttl: field.durationSeconds({ description: 'Maximum time a service account key is valid for.' })
})

export const configPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/gcp#write-config',
  path: 'config',
  summary: 'Configure the GCP backend.',
  fields,
  operations: { read, update: write }
})

function read (call: Call<unknown>): LogicalResponse | undefined {
  const config = storedConfig(call).value
  return config && { data: goMap({ max_ttl: config.maxTtlSeconds, ttl: config.ttlSeconds, ...laterFields(call, 'gcp/config') }) }
}

/** What a write leaves out stays. */
function write (call: Call<Static<typeof fields>>): void {
  const { credentials, ttl, max_ttl: maxTtl } = call.fields
  refuseLater(call, 'gcp/config')
  const old = storedConfig(call).value
  if (credentials !== undefined) checkCredentials(credentials)
  storedConfig(call).put({
    credentials: credentials ?? old?.credentials ?? '',
    ttlSeconds: ttl ?? old?.ttlSeconds ?? 0,
    maxTtlSeconds: maxTtl ?? old?.maxTtlSeconds ?? 0
  })
}

/** @see recorded: `gcp: config, bad` */
function checkCredentials (text: string): void {
  try {
    const value = parseJson(text)
    if (isObject(value) || value === null) return
    const kind = Array.isArray(value) ? 'array' : typeof value === 'object' ? 'number' : typeof value
    throw invalid('invalid credentials JSON file: json: ' +
      `cannot unmarshal ${kind === 'boolean' ? 'bool' : kind} into Go value of type gcputil.GcpCredentials`)
  } catch (error) {
    throw error instanceof JsonSyntaxError ? invalid(`invalid credentials JSON file: ${error.message}`) : error
  }
}
