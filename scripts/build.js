// Bundles the sources into dist: the command with all its dependencies, so that it starts fast, and the library without them.
import { chmod, readdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

const shared = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outdir: 'dist',
  legalComments: 'none',
  logLevel: 'warning'
}

// CommonJS dependencies call `require`, which a bundle in ESM does not have by itself
const REQUIRE = "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);"

/** Everything but the type declarations, which another command writes. */
async function clean () {
  if (!existsSync(`${root}dist`)) return
  const names = (await readdir(`${root}dist`)).filter((name) => name !== 'types')
  await Promise.all(names.map((name) => rm(`${root}dist/${name}`, { recursive: true })))
}

/** Writes dist/cli.js, dist/index.js and dist/testing.js. Throws where the sources do not bundle. */
export async function bundle () {
  await clean()
  await Promise.all([
    build({ ...shared, entryPoints: ['src/cli.ts'], chunkNames: 'command/[name]-[hash]', banner: { js: REQUIRE } }),
    build({ ...shared, entryPoints: ['src/index.ts', 'src/testing.ts'].filter((file) => existsSync(root + file)), chunkNames: 'library/[name]-[hash]', packages: 'external' })
  ])
  await chmod(`${root}dist/cli.js`, 0o755)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle()
