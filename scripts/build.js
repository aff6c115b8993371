// Bundles the sources into dist: the command with all its dependencies, so that it starts fast, and the library without
// them.
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
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
  // written by hand, so that a build that fails leaves the last good one
  write: false,
  legalComments: 'none',
  // less to read at start; names stay, for stack traces
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning'
}

// CommonJS dependencies call `require`, which a bundle in ESM does not have by itself
const REQUIRE = `import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)`

/** Everything but the type declarations, which another command writes. */
async function clean () {
  if (!existsSync(`${root}dist`)) return
  const names = (await readdir(`${root}dist`)).filter((name) => name !== 'types')
  await Promise.all(names.map((name) => rm(`${root}dist/${name}`, { recursive: true })))
}

async function write ({ path, contents }) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

/** The page at /ui/: its files, and each of them compressed, in dist/page. */
async function bundlePage () {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/page/page.tsx', 'src/page/page.css'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    outdir: 'dist/page',
    write: false,
    legalComments: 'none',
    tsconfigRaw: {},
    logLevel: 'warning'
  })
  const plain = await Promise.all(['index.html', 'icon.svg'].map(async (name) => ({
    path: `${root}dist/page/${name}`, contents: await readFile(`${root}src/page/${name}`)
  })))
  return [...outputFiles, ...plain].flatMap(({ path, contents }) => [
    { path, contents }, { path: `${path}.gz`, contents: gzipSync(contents, { level: 9 }) }
  ])
}

/** Writes dist/page alone, for a server that runs from its sources. */
export async function buildPage () {
  await Promise.all((await bundlePage()).map(write))
}

/** Writes dist/command/cli.js, dist/index.js and dist/testing.js. Throws where the sources do not bundle. */
export async function bundle () {
  const built = await Promise.all([
    build({
      ...shared,
      entryPoints: { 'command/cli': 'src/command/cli.ts' },
      chunkNames: 'command/[name]-[hash]',
      banner: { js: REQUIRE }
    }),
    build({
      ...shared,
      entryPoints: ['src/index.ts', 'src/testing.ts'],
      chunkNames: 'library/[name]-[hash]',
      packages: 'external'
    })
  ])
  const page = await bundlePage()
  await clean()
  await Promise.all(page.map(write))
  await Promise.all(built.flatMap(({ outputFiles }) => outputFiles).map(write))
  await chmod(`${root}dist/command/cli.js`, 0o755)
}

// esbuild has said what is wrong; its stack says nothing more
if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle().catch(() => { process.exitCode = 1 })
