// A project elsewhere that has installed the packed package.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const execute = promisify(execFile)
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const folder = mkdtempSync(join(tmpdir(), 'vault-mock-package-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Where the package lies there. */
export const installed = join(folder, 'node_modules/vault-mock')
export const command = join(folder, 'node_modules/.bin/vault-mock')

/** Writes a file of that project. */
export function write (name, text) {
  writeFileSync(join(folder, name), text)
}

/** Installs further packages there, as a user would. */
export async function install (...packages) {
  const how = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts']
  await execute('npm', [...how, ...packages], { cwd: folder, maxBuffer: 64e6 })
}

/** What a program said, also where it failed: `{ code, stdout, stderr }`. */
export async function outcome (file, args, options = {}) {
  return await execute(file, args, { cwd: folder, maxBuffer: 64e6, ...options })
    .then((said) => ({ code: 0, ...said }), ({ code, stdout, stderr }) => ({ code, stdout, stderr }))
}
