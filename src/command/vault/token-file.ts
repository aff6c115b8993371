// The token that `login` keeps: `.vault-token` in the home folder.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { goFileError } from './files.js'

/** @returns an empty text where there is none */
export function storedToken (home: string | undefined): string {
  if (home === undefined) return ''
  const path = join(home, '.vault-token')
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new Error(`failed to get token from token helper: ${goFileError(error, path).message}`)
  }
}

/** @throws {Error} where the home folder cannot be written */
export function storeToken (home: string | undefined, token: string): void {
  if (home === undefined) throw new Error('cannot find home directory')
  const path = join(home, '.vault-token')
  try {
    writeFileSync(`${path}.tmp`, token, { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  } catch (error) {
    throw goFileError(error, `${path}.tmp`)
  }
}
