// meta.json of a snapshot archive, as Go's encoding/json prints and takes it.
import { JsonNumber, JsonSyntaxError, parseJson, printJson } from '../json/index.js'
import type { JsonObject, JsonValue } from '../json/index.js'
import { ReadError } from './gzip.js'

const VOTER = 0
const NON_VOTER = 1

/** What the archive says of the raft log, without the size of state.bin, which is counted. */
export interface SnapshotMeta {
  readonly index: number
  readonly term: number
  /** the log index of the membership below */
  readonly configurationIndex: number
  readonly servers: ReadonlyArray<{ readonly id: string, readonly address: string, readonly voter: boolean }>
}

/** Go's names for the fields, in the order of its struct. */
export function printMeta (id: string, meta: SnapshotMeta, stateBytes: number): string {
  return printJson({
    Version: 1,
    ID: id,
    Index: meta.index,
    Term: meta.term,
    Peers: null,
    Configuration: {
      Servers: meta.servers.map(({ id, address, voter }) => {
        return { Suffrage: voter ? VOTER : NON_VOTER, ID: id, Address: address }
      })
    },
    ConfigurationIndex: meta.configurationIndex,
    Size: stateBytes
  }) + '\n'
}

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
