// What npm runs after `npm install` here, before packing, and when somebody installs the package from git: builds what
// is not there or older than the sources.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function atMs (path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

// whoever clones it says `npm ci`, and then a command that builds what it needs
if (process.env.npm_command !== 'ci') {
  const sources = ['package.json', 'tsconfig.json', ...['src', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)))]
  const newest = Math.max(...sources.map(atMs))
  for (const [made, script] of [['dist/command/cli.js', 'build.js'], ['dist/types/index.d.cts', 'build-types.js']]) {
    if (newest <= atMs(made)) continue
    const { status } = spawnSync(process.execPath, [join(root, 'scripts', script)], { stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0) process.exitCode = 1
  }
}
