// meta.json of a snapshot archive, as Go's encoding/json takes it.
import { JsonNumber, JsonSyntaxError, parseJson } from '../../json/index.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import type { SnapshotMeta } from './archive.js'
import { ReadError } from './gzip.js'

const VOTER = 0

/**
 * @throws ReadError in the words of Go's json.Unmarshal
 */
export function parseMeta (text: Uint8Array): SnapshotMeta {
  const meta = asObject(parse(text), 'raft.SnapshotMeta')
  const configuration = asObject(meta['Configuration'], 'raft.Configuration')
  const servers = configuration['Servers'] ?? []
  if (!Array.isArray(servers)) throw mismatch(servers, '[]raft.Server')
  return {
    index: asNumber(meta['Index']),
    term: asNumber(meta['Term']),
    configurationIndex: asNumber(meta['ConfigurationIndex']),
    servers: servers.map((server: JsonValue) => asServer(asObject(server, 'raft.Server')))
  }
}

function parse (text: Uint8Array): JsonValue {
  try {
    return parseJson(text, { trailing: 'refuse' })
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ReadError(/^(unexpected )?EOF$/.test(error.message) ? 'unexpected end of JSON input' : error.message)
  }
}

function asServer (server: JsonObject): SnapshotMeta['servers'][number] {
  return {
    id: asString(server['ID']),
    address: asString(server['Address']),
    voter: asNumber(server['Suffrage']) === VOTER
  }
}

/** null and absent fields leave Go's zero value. */
function asObject (value: JsonValue | undefined, goType: string): JsonObject {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) throw mismatch(value, goType)
  return value as JsonObject
}

function asNumber (value: JsonValue | undefined): number {
  if (value === undefined || value === null) return 0
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw mismatch(value, 'uint64')
  return value
}

function asString (value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw mismatch(value, 'string')
  return value
}

function mismatch (value: JsonValue, goType: string): ReadError {
  return new ReadError(`json: cannot unmarshal ${kindOf(value)} into Go value of type ${goType}`)
}

function kindOf (value: JsonValue): string {
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return 'array'
  if (value instanceof JsonNumber) return `number ${value.text}`
  return typeof value === 'number' ? `number ${value}` : typeof value
}
