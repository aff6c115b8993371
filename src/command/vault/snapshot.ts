// Whether a snapshot came whole: its last file is the sealed sums.
import { gunzipSync } from 'node:zlib'

const BLOCK = 512
const SEALED = 'SHA256SUMS.sealed'

/** @throws {Error} `incomplete snapshot, unable to read SHA256SUMS.sealed file` */
export async function expectedSnapshot (bytes: Buffer): Promise<void> {
  let whole = false
  try {
    whole = hasSealedSums(gunzipSync(bytes))
  } catch {}
  if (!whole) throw new Error(`incomplete snapshot, unable to read ${SEALED} file`)
}

function hasSealedSums (tar: Buffer): boolean {
  for (let at = 0; at + BLOCK <= tar.length;) {
    const name = textAt(tar, at, 100)
    const size = parseInt(textAt(tar, at + 124, 12).trim(), 8) || 0
    if (name === SEALED) return size > 0
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return false
}

function textAt (bytes: Buffer, from: number, length: number): string {
  return bytes.subarray(from, from + length).toString('latin1').replace(/\0.*$/s, '')
}
