// How data is saved: entries by path, the hashes of those that are withheld, and how many writes there were.
import { Type } from '@sinclair/typebox'
import type { JsonValue } from '../json/index.js'
import { closed, count } from '../sim/declared.js'
import { Storage, Withheld } from './storage.js'

const hash = Type.String({ pattern: '^[0-9a-f]{40}$', description: '40 hexadecimal digits' })
const value = Type.Unsafe<JsonValue>(Type.Unknown())

const Saved = Type.Object({
  writes: Type.Object({ replicated: count, local: count, own: count }, closed),
  withheld: Type.Record(Type.String(), hash),
  entries: Type.Record(Type.String(), value, { description: 'values by path' })
}, closed)

/** In memory a storage. Its paths must be known to have a class: `classOf`. */
export const StorageForm = Type.Transform(Saved)
  .Decode(({ writes, withheld, entries }): Storage => {
    const hidden = Object.entries(withheld).map(([path, hidden]) => [path, new Withheld(hidden)] as const)
    const storage = new Storage([...Object.entries(entries), ...hidden])
    storage.restoreWrites(writes)
    return storage
  })
  .Encode((storage) => ({
    writes: { replicated: storage.writes('replicated'), local: storage.writes('local'), own: storage.writes('own') },
    withheld: Object.fromEntries(hashesIn(storage)),
    entries: Object.fromEntries(storage.entries())
  }))

/** Bytes, saved as base64. */
export const BytesForm = Type.Transform(Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', description: 'base64' }))
  .Decode((text): Buffer => Buffer.from(text, 'base64'))
  .Encode((bytes) => bytes.toString('base64'))

/** What is held back, in byte order: path and hash. */
function * hashesIn (storage: Storage): Generator<[string, string]> {
  for (const [path, stored] of storage.stored()) if (stored instanceof Withheld) yield [path, stored.hash]
}
