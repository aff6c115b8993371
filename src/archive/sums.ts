// SHA256SUMS, the archive's list of hashes: how it is printed and what is wrong with one.

/** The files that a list vouches for. */
export const HASHED_FILES = ['meta.json', 'state.bin'] as const
export type HashedFile = typeof HASHED_FILES[number]

/** Lower-case hexadecimal SHA-256 per file. */
export type FileHashes = Readonly<Record<HashedFile, string>>

/** The list as sha256sum prints it. Vault's own order is random; this one is not. */
export function printSums (hashes: FileHashes): string {
  return HASHED_FILES.map((file) => `${hashes[file]}  ${file}\n`).join('')
}

/**
 * What a list says against the files, in the words of raft-snapshot; undefined if it fits. The first line that does
 * not fit decides, then the files that have no line.
 */
export function complaint (list: string, hashes: FileHashes): string | undefined {
  const seen = new Set<string>()
  for (const line of list.split(/\r?\n/).slice(0, endsWithNewline(list) ? -1 : undefined)) {
    const [, sum, file] = /^([\da-f]+) +(\S+)/i.exec(line) ?? []
    if (sum === undefined || file === undefined) return line.trim() === '' ? 'unexpected EOF' : 'input does not match format'
    if (!isHashed(file)) return `list missing hash for ${JSON.stringify(file)}`
    if (sum.toLowerCase() !== hashes[file]) return `hash check failed for "${file}"`
    seen.add(file)
  }
  const missing = HASHED_FILES.find((file) => !seen.has(file))
  return missing === undefined ? undefined : `file missing for "${missing}"`
}

function endsWithNewline (list: string): boolean {
  return list === '' || list.endsWith('\n')
}

function isHashed (file: string): file is HashedFile {
  return (HASHED_FILES as readonly string[]).includes(file)
}
