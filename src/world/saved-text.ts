// The text of a saved world, piece by piece: one that holds much is written without keeping anybody waiting.
import { KindGuard, type TSchema } from '@sinclair/typebox'
import { Storage, Withheld } from '../cluster/storage.js'
import { compareBytes, normalized, printJson, type JsonValue } from '../json/index.js'
import type { Connection } from '../replication/replication-state.js'
import { savedForm } from './saved-form.js'
import { WorldForm, type WorldState } from './world-state.js'

/** How that is written which may be large. */
interface Large {
  readonly storage: (storage: Storage) => Iterable<string>
  readonly bytes: (bytes: Uint8Array) => Iterable<string>
}

const WHOLE: Large = { storage: storageText, bytes: base64Text }
/** A multiple of three, so that the parts of base64 join. */
const BYTES_IN_A_PIECE = 3 << 16
/** Of those that are passed over. */
const ENTRIES_IN_A_PIECE = 1000

/**
 * The text that `saveWorld` stands for, in pieces: each a storage's entry, what lies between, or empty. The state is a
 * copy, so that the world may change between two pieces.
 */
export function savedText (state: WorldState): Generator<string> {
  return textOf(WorldForm, state, WHOLE)
}

/**
 * A short text that is another one once there is something worth saving. The time, what was drawn by chance and when
 * others were last heard of are not.
 */
export function savedMark (state: WorldState): string {
  const clusters = state.clusters.map((cluster) => {
    const { replication } = cluster
    const { downstream, upstream } = replication
    return { ...cluster, replication: { ...replication, downstream: unheard(downstream), upstream: unheard(upstream) } }
  })
  const timeline = { ...state.timeline, nowMs: 0 }
  const random = { seed: 0, streams: new Map() }
  return [...textOf(WorldForm, { ...state, timeline, random, clusters }, { storage: rootsText, bytes: lengthText })].join('')
}

function unheard (connections: ReadonlyMap<string, Connection>): ReadonlyMap<string, Connection> {
  return new Map([...connections].map(([key, connection]) => [key, { ...connection, lastHeardAtMs: 0 }]))
}

function * textOf (schema: TSchema, value: unknown, large: Large): Generator<string> {
  if (value instanceof Storage) yield * large.storage(value)
  else if (value instanceof Uint8Array) yield * large.bytes(value)
  else if (value instanceof Map && KindGuard.IsRecord(schema)) yield * mapText(schema, value, large)
  else if (KindGuard.IsTransform(schema) || typeof value !== 'object') yield printJson(savedForm(schema, value as never))
  else if (KindGuard.IsObject(schema)) yield * fieldsText(schema.properties, value ?? {}, large)
  else if (KindGuard.IsArray(schema) && Array.isArray(value)) {
    yield * listed('[', value, ']', (member) => textOf(schema.items, member, large))
  } else yield printJson(savedForm(schema, value as never))
}

function fieldsText (properties: Readonly<Record<string, TSchema>>, value: object, large: Large): Generator<string> {
  const given = Object.entries(properties).flatMap(([name, schema]) => {
    const field: unknown = Reflect.get(value, name)
    return field === undefined ? [] : [{ name, schema, field }]
  })
  return listed('{', given, '}', function * ({ name, schema, field }) {
    yield printJson(name) + ':'
    yield * textOf(schema, field, large)
  })
}

function mapText (
  { patternProperties }: { readonly patternProperties: Readonly<Record<string, TSchema>> },
  map: ReadonlyMap<string, unknown>, large: Large
): Generator<string> {
  const [schema] = Object.values(patternProperties)
  const members = [...map].sort(([a], [b]) => compareBytes(a, b))
  return listed('{', members, '}', function * ([name, member]) {
    yield printJson(name) + ':'
    if (schema !== undefined) yield * textOf(schema, member, large)
  })
}

/** In the order of `StorageForm`; entries lie in the order in which maps are saved. */
function * storageText (storage: Storage): Generator<string> {
  yield `{"writes":${writesText(storage)},"withheld":`
  yield * withheldText(storage)
  yield ',"entries":'
  yield * listed('{', storage.entries(), '}', function * ([path, value]) { yield pair(path, normalized(value)) })
  yield '}'
}

/** Few entries are withheld, if any: who looks for them says nothing now and then, so that others have a turn. */
function * withheldText (storage: Storage): Generator<string> {
  let before = '{'
  let passed = 0
  for (const [path, stored] of storage.stored()) {
    if (++passed % ENTRIES_IN_A_PIECE === 0) yield ''
    if (!(stored instanceof Withheld)) continue
    yield before + pair(path, stored.hash)
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}

function writesText (storage: Storage): string {
  const [replicated, local, own] = [storage.writes('replicated'), storage.writes('local'), storage.writes('own')]
  return printJson({ replicated, local, own })
}

function * rootsText (storage: Storage): Generator<string> {
  yield [writesText(storage), storage.root('replicated'), storage.root('local'), storage.root('own')].join()
}

function pair (path: string, value: JsonValue): string {
  return `${printJson(path)}:${printJson(value)}`
}

function * base64Text (bytes: Uint8Array): Generator<string> {
  yield '"'
  for (let at = 0; at < bytes.length; at += BYTES_IN_A_PIECE) {
    yield Buffer.from(bytes.subarray(at, at + BYTES_IN_A_PIECE)).toString('base64')
  }
  yield '"'
}

function * lengthText ({ length }: Uint8Array): Generator<string> {
  yield String(length)
}

function * listed<T> (
  open: string, members: Iterable<T>, close: string, text: (member: T) => Generator<string>
): Generator<string> {
  let before = open
  for (const member of members) {
    yield before
    yield * text(member)
    before = ','
  }
  yield before === open ? open + close : close
}
