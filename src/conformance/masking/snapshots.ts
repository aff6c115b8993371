// What is inside a raft snapshot archive: its entries in order, and the names in meta.json.
import { gunzipSync } from 'node:zlib'
import type { Json, JsonFields } from '../scenario.js'

const BLOCK = 512
const SIZE_AT = 124
const SIZE_END = 136
const NAME_END = 100

/** What is wrong with it where it is no archive. */
export function describeSnapshot (raw: Buffer): Json {
  try {
    const archive = gunzipSync(raw)
    const entries: JsonFields[] = []
    for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
      const size = parseInt(archive.toString('latin1', at + SIZE_AT, at + SIZE_END), 8)
      entries.push(describeEntry(archive, at, size))
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    }
    return entries
  } catch (error) {
    return `not an archive: ${error instanceof Error ? error.message : String(error)}`
  }
}

function describeEntry (archive: Buffer, at: number, size: number): JsonFields {
  const [name = ''] = archive.toString('latin1', at, at + NAME_END).split('\0')
  if (name !== 'meta.json') return { name, empty: size === 0 }
  const content = archive.toString('utf8', at + BLOCK, at + BLOCK + size)
  return { name, keys: Object.keys(JSON.parse(content) as object) }
}
