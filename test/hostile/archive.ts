// Snapshot archives made by recipe, so that a hostile one of any size is a line of text; and damage to sound ones.
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { bytesOf, type Piece } from './cases.js'

export interface ArchiveRecipe {
  /** storage entries behind the marker; 0 */
  readonly records?: number
  /** key and value of each; the key is followed by its number */
  readonly key?: string
  readonly value?: readonly Piece[]
  /** the first entry's value, by which the server knows its own archives */
  readonly marker?: string
  readonly meta?: string
  /** in place of the right list of hashes */
  readonly sums?: string
  /** names in the tar, in order; a name may come twice or not at all */
  readonly names?: readonly string[]
  /** what the tar says of state.bin's size, in bytes more than there are */
  readonly sizeOffBy?: number
  readonly damage?: readonly Damage[]
}

/** Somewhere in the bytes (parts of a million from the start), something happens to them. */
export interface Damage {
  readonly atMillionths: number
  readonly does: 'flip' | 'cut' | 'double' | 'zeros' | 'drop'
}

const NAMES = ['meta.json', 'state.bin', 'SHA256SUMS', 'SHA256SUMS.sealed']
const MARKER_KEY = 'core/vault-mock'
const META = '{"Version":1,"ID":"bolt-snapshot","Index":15,"Term":3,"Peers":null,' +
  '"Configuration":{"Servers":[{"Suffrage":0,"ID":"raft_0","Address":"127.0.0.1:8201"}]},"ConfigurationIndex":1}'
const DAMAGED_BYTES = 64

export function buildArchive (recipe: ArchiveRecipe): Buffer {
  const { meta = META, names = NAMES, sizeOffBy = 0, damage = [] } = recipe
  const state = stateOf(recipe)
  const files: Record<string, Buffer> = {
    'meta.json': Buffer.from(meta),
    'state.bin': state,
    SHA256SUMS: Buffer.from(recipe.sums ?? `${sha256(Buffer.from(meta))}  meta.json\n${sha256(state)}  state.bin\n`),
    'SHA256SUMS.sealed': Buffer.alloc(183, 7)
  }
  const tar = names.flatMap((name) => {
    const content = files[name] ?? Buffer.from('x')
    const said = content.length + (name === 'state.bin' ? sizeOffBy : 0)
    return [tarHead(name, Math.max(0, said)), content, Buffer.alloc((512 - content.length % 512) % 512)]
  })
  return damaged(gzipSync(Buffer.concat([...tar, Buffer.alloc(1024)])), damage)
}

export function damaged (bytes: Buffer, damage: readonly Damage[]): Buffer {
  return damage.reduce(damagedOnce, bytes)
}

function damagedOnce (bytes: Buffer, { atMillionths, does }: Damage): Buffer {
  const at = Math.floor(bytes.length * atMillionths / 1_000_000)
  const before = bytes.subarray(0, at)
  const there = bytes.subarray(at, at + DAMAGED_BYTES)
  const after = bytes.subarray(at + DAMAGED_BYTES)
  if (does === 'cut') return before
  if (does === 'drop') return Buffer.concat([before, after])
  if (does === 'double') return Buffer.concat([before, there, there, after])
  const changed = Buffer.from(there)
  if (does === 'zeros') changed.fill(0)
  else if (changed.length > 0) changed[0]! ^= 1
  return Buffer.concat([before, changed, after])
}

function stateOf ({ records = 0, key = 'replicated/x/', value = ['1'], marker = '{"format":1}' }: ArchiveRecipe): Buffer {
  const bytes = bytesOf(value)
  return Buffer.concat([
    record(MARKER_KEY, Buffer.from(marker)),
    ...Array.from({ length: records }, (_, number) => record(`${key}${number}`, bytes))
  ])
}

/** A protobuf StorageEntry, its length first. */
function record (key: string, value: Buffer): Buffer {
  const fields = Buffer.concat([field(1, Buffer.from(key)), field(2, value)])
  return Buffer.concat([varint(fields.length), fields])
}

function field (number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([number << 3 | 2]), varint(bytes.length), bytes])
}

function varint (value: number): Buffer {
  const bytes = []
  let left = value
  for (; left > 127; left = Math.floor(left / 128)) bytes.push(left % 128 | 128)
  return Buffer.from([...bytes, left])
}

function tarHead (name: string, size: number): Buffer {
  const head = Buffer.alloc(512)
  head.write(name.slice(0, 100), 0, 'latin1')
  head.write('0000600\0', 100, 'latin1')
  head.write('0000000\x000000000\0', 108, 'latin1')
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  head.write('00000000000\0', 136, 'latin1')
  head.write('        0', 148, 'latin1')
  head.write('ustar\x0000', 257, 'latin1')
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return head
}

function sha256 (bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
