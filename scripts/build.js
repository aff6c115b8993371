// Bundles the sources into dist: the command with all its dependencies, so that it starts fast, and the library without
// them.
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { noticesOf } from './notices.js'

const root = fileURLToPath(new URL('..', import.meta.url))

const shared = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // written by hand, so that a build that fails leaves the last good one
  write: false,
  metafile: true,
  legalComments: 'none',
  // less to read at start; names stay, for stack traces
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning'
}

const SEMVER = ['satisfies', 'gt', 'coerce']
  .map((name) => `get ${name} () { return require('semver/functions/${name}') }`)

/** Fastify asks little of semver, and only where a plugin names a version: it is loaded then, not at start. */
const lazySemver = {
  name: 'lazy-semver',
  setup ({ onResolve, onLoad }) {
    onResolve({ filter: /^semver$/ }, () => ({ path: 'semver', namespace: 'lazy' }))
    onLoad({ filter: /^semver$/, namespace: 'lazy' }, () => {
      return { contents: `module.exports = { ${SEMVER.join(', ')} }`, resolveDir: root }
    })
  }
}

// CommonJS dependencies call `require`, which a bundle in ESM does not have by itself
const REQUIRE = `import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)`

/** Everything but the type declarations, which another command writes. */
async function clean (folder) {
  if (!existsSync(folder)) return
  const names = (await readdir(folder)).filter((name) => name !== 'types')
  await Promise.all(names.map((name) => rm(`${folder}/${name}`, { recursive: true })))
}

async function write ({ path, contents }) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

/** The page at /ui/: its files, and each of them compressed. */
async function bundlePage (folder) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: ['src/page/page.tsx', 'src/page/page.css'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    outdir: `${folder}/page`,
    write: false,
    legalComments: 'none',
    tsconfigRaw: {},
    logLevel: 'warning'
  })
  const plain = await Promise.all(['index.html', 'icon.svg'].map(async (name) => ({
    path: `${folder}/page/${name}`, contents: await readFile(`${root}src/page/${name}`)
  })))
  const files = [...outputFiles, ...plain].flatMap(({ path, contents }) => [
    { path, contents }, { path: `${path}.gz`, contents: gzipSync(contents, { level: 9 }) }
  ])
  return { files, inputs: Object.keys(metafile.inputs) }
}

/** Writes dist/page alone, for a server that runs from its sources. */
export async function buildPage () {
  const { files } = await bundlePage(`${root}dist`)
  await Promise.all(files.map(write))
}

/** Both entries for `require`, in one file: what one of them makes the other one knows. */
const BOTH = "export * as index from './src/index.ts'\nexport * as testing from './src/testing.ts'\n"

function requireEntry (folder, name) {
  return { path: `${folder}/require/${name}.cjs`, contents: `module.exports = require('./both.cjs').${name}\n` }
}

/**
 * Writes dist/command/cli.js and vault.js, dist/index.js and dist/testing.js, the last two again for `require`, and the
 * licences of what the command contains. Throws where the sources do not bundle.
 *
 * @param folder `dist`, or another one in its place
 */
export async function bundle (folder = `${root}dist`) {
  const built = await Promise.all([
    build({
      ...shared,
      outdir: folder,
      entryPoints: { 'command/cli': 'src/command/cli.ts', 'command/vault': 'src/command/vault/link.ts' },
      chunkNames: 'command/[name]-[hash]',
      banner: { js: REQUIRE },
      plugins: [lazySemver]
    }),
    build({
      ...shared,
      outdir: folder,
      entryPoints: ['src/index.ts', 'src/testing.ts'],
      chunkNames: 'library/[name]-[hash]',
      packages: 'external'
    }),
    build({
      ...shared,
      stdin: { contents: BOTH, resolveDir: root, loader: 'ts' },
      outfile: `${folder}/require/both.cjs`,
      splitting: false,
      format: 'cjs',
      // what stands for it in CommonJS
      define: { 'import.meta.url': 'urlOfThisFile' },
      banner: { js: "const urlOfThisFile = require('node:url').pathToFileURL(__filename).href" },
      packages: 'external'
    })
  ])
  const page = await bundlePage(folder)
  await clean(folder)
  const [command] = built
  const contained = [...Object.keys(command.metafile.inputs), ...page.inputs]
  const made = [
    ...page.files,
    ...['index', 'testing'].map((name) => requireEntry(folder, name)),
    { path: `${folder}/THIRD-PARTY-NOTICES.txt`, contents: noticesOf(root, contained) }
  ]
  await Promise.all([...built.flatMap(({ outputFiles }) => outputFiles), ...made].map(write))
  await Promise.all(['cli', 'vault'].map((name) => chmod(`${folder}/command/${name}.js`, 0o755)))
}

// esbuild has said what is wrong; its stack says nothing more
if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle().catch(() => { process.exitCode = 1 })
