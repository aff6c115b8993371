// Objects kept as they came, one per path: what KV version 1 and the cubbyhole are, and how folders are listed.
import type { TObject, TProperties } from '@sinclair/typebox'
import type { Area } from '../cluster/storage.js'
import { goMap, type JsonObject, type JsonValue } from '../json/index.js'
import { invalid } from '../refusal/index.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../vault/paths.js'
import { SCAN, type Source } from '../vault/source.js'

/** How one engine of this sort differs from the other. */
export interface PlainObjects {
  readonly source: Source
  readonly summary: string
  readonly description: string
  readonly fields: TObject<TProperties>
  /** where the objects that a call may see lie */
  readonly area: (call: Call<unknown>) => Area<JsonObject>
  /** the name within the area that a call is about */
  readonly name: (call: Call<unknown>) => string
  /** throws what the engine has against a write */
  readonly checkWrite: (call: Call<unknown>) => void
  readonly render: (call: Call<unknown>, data: JsonObject) => LogicalResponse
}

/** The one path of such an engine. */
export function plainObjectsPath (
  { source, summary, description, fields, area, name, checkWrite, render }: PlainObjects
): PathDefinition {
  const read = (call: Call<unknown>): LogicalResponse | undefined => {
    const data = readObject(area(call), name(call))
    return data && render(call, data)
  }
  const write = (call: Call<unknown>): undefined => {
    const objects = area(call)
    const path = name(call)
    checkWrite(call)
    objects.put(path, call.request.data)
  }
  return definePath({
    source,
    sources: { scan: SCAN },
    path: '*path',
    summary,
    description,
    fields,
    exists: (call) => area(call).has(name(call)),
    operations: {
      read,
      create: write,
      update: write,
      delete: (call) => { area(call).delete(name(call)) },
      list: (call) => listFolder(area(call), call.params.path ?? ''),
      scan: (call) => scanFolder(area(call), call.params.path ?? '')
    }
  })
}

/**
 * @throws VaultError `invalid`, its text the value, where the object's only member is `error`: Vault takes what was
 *   stored for an error response of the engine (reference/core.md §8)
 */
function readObject (area: Area<JsonObject>, name: string): JsonObject | undefined {
  const object = area.get(name)
  if (object === undefined) return undefined
  if (typeof object.error === 'string' && Object.keys(object).length === 1) throw invalid(object.error)
  return object
}

/** The names directly below a folder as `keys`; undefined if there are none, which is a 404. */
export function listFolder (area: Area<JsonValue>, folder: string): LogicalResponse | undefined {
  return keysResponse(area.children(asFolder(folder)))
}

/** All paths below a folder, relative to it, as `keys`: OpenBao's SCAN. */
export function scanFolder ({ storage, prefix }: Area<JsonValue>, folder: string): LogicalResponse | undefined {
  const start = prefix + asFolder(folder)
  return keysResponse([...storage.paths(start)].map((path) => path.slice(start.length)))
}

function keysResponse (keys: readonly string[]): LogicalResponse | undefined {
  return keys.length === 0 ? undefined : { data: goMap({ keys }) }
}

function asFolder (path: string): string {
  return path === '' || path.endsWith('/') ? path : path + '/'
}
