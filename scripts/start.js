// `npm start -- flags`: builds where a source is newer than the bundle, then runs the command in this very process,
// so that signals and exit code are its own.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function newest (folder) {
  const files = readdirSync(folder, { recursive: true }).map((name) => statSync(join(folder, name)).mtimeMs)
  return Math.max(statSync(join(root, 'package-lock.json')).mtimeMs, ...files)
}

function builtAtMs () {
  return statSync(join(root, 'dist/command/cli.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

if (newest(join(root, 'src')) > builtAtMs()) {
  const { bundle } = await import('./build.js')
  await bundle()
}
await import('../dist/command/cli.js')
