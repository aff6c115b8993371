// OpenSSH's own program, as the judge of what we make.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** False where it is not installed. */
export const HAS_KEYGEN = spawnSync('ssh-keygen', ['-?']).error === undefined

/** What `ssh-keygen` prints; it fails on a signature that is not right. @param file `%` stands for its path */
export function keygen (args: readonly string[], file: string): string {
  return withFolder((path) => {
    writeFileSync(path, file, { mode: 0o600 })
    return run(args.map((arg) => arg === '%' ? path : arg))
  })
}

/** A pair in OpenSSH's own form. */
export function madeByKeygen (type: string, passphrase: string): { privateKey: string, publicKey: string } {
  return withFolder((path) => {
    run(['-q', '-t', type, '-N', passphrase, '-f', path])
    return { privateKey: readFileSync(path, 'utf8'), publicKey: readFileSync(`${path}.pub`, 'utf8') }
  })
}

function run (args: readonly string[]): string {
  return execFileSync('ssh-keygen', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' }, stdio: 'pipe' })
}

function withFolder<T> (use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-ssh-'))
  try {
    return use(join(folder, 'key'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
