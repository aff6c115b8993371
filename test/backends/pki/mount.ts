// A mounted PKI for one test, and OpenSSL to look at what it makes.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { ServerOptions } from '../../../src/index.js'
import { NEW_YEAR, vault, type Vault } from '../../vault-server.js'

export const EC = { key_type: 'ec' } as const

/** With a clock that stands still at New Year, and a mount at `pki`. */
export async function mounted (t: Test, options: ServerOptions = {}): Promise<Vault> {
  const server = vault(t, { ...NEW_YEAR, ...options })
  await server.send('POST', 'sys/mounts/pki', { type: 'pki', config: { max_lease_ttl: '87600h' } })
  return server
}

/** With an authority `Root`, too, and a role `any` for any name. */
export async function withRoot (t: Test, options: ServerOptions = {}): Promise<Vault & { readonly root: any }> {
  const server = await mounted(t, options)
  const root = await server.data('POST', 'pki/root/generate/internal', { common_name: 'Root', ttl: '8760h', ...EC })
  await server.send('POST', 'pki/roles/any', { allow_any_name: true, ...EC })
  return { ...server, root }
}

let available: boolean | undefined

/** Whether the tests that compare with OpenSSL can run. */
export function hasOpenSsl (): boolean {
  try {
    available ??= execFileSync('openssl', ['version']).length > 0
  } catch {
    available = false
  }
  return available
}

/**
 * Runs OpenSSL in a folder of its own with these files.
 *
 * @param made a file that it writes
 * @returns what it prints, or what it wrote
 */
export function openSsl (
  t: Test, files: Readonly<Record<string, string | Uint8Array>>, args: readonly string[], made?: string
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-pki-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents)
  const printed = execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  return made === undefined ? printed : readFileSync(join(folder, made))
}
