// Bundles the sources into dist: the command and the package, with all their dependencies, so that both start fast.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { noticesOf } from './notices.js'
import { inParts, URL_OF_THIS_FILE } from './parts.js'

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

const require = createRequire(import.meta.url)

/** What of Node is seldom used, and takes long to load: Fastify asks for some of it for options that nobody takes. */
const RARE = ['http2', 'https', 'dns', 'zlib']

function laterAll (name) {
  return Object.keys(require(name)).map((each) => later(each, name)).join(', ')
}

function later (property, module) {
  return `get ${property} () { return require('${module}')${module.startsWith('semver/') ? '' : `.${property}`} }`
}

/** What is loaded at once and seldom used: it is loaded when somebody uses it. */
const lazyModules = {
  name: 'lazy-modules',
  setup ({ onResolve, onLoad }) {
    const semver = ['satisfies', 'gt', 'coerce'].map((name) => later(name, `semver/functions/${name}`)).join(', ')
    const contents = { semver, ...Object.fromEntries(RARE.map((name) => [name, laterAll(`node:${name}`)])) }
    onResolve({ filter: new RegExp(`^semver$|^(?:node:)?(?:${RARE.join('|')})$`) }, ({ path, kind, namespace }) => {
      if (kind === 'dynamic-import' || namespace === 'lazy') return undefined
      return { path: path.replace('node:', ''), namespace: 'lazy' }
    })
    onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => {
      return { contents: `module.exports = { ${contents[path]} }`, resolveDir: root }
    })
  }
}

/** Fastify's own way with schemas, which no app of ours takes (`src/http/compilers.ts`), and logs in other threads. */
const UNUSED = /^(?:@fastify\/ajv-compiler|@fastify\/fast-json-stringify-compiler|thread-stream)$/

const leaveOut = {
  name: 'leave-out',
  setup ({ onResolve, onLoad }) {
    onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }))
    onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => {
      return { contents: `module.exports = function () { throw new Error('${path} is not in this bundle') }` }
    })
  }
}

/**
 * What a start of the server loads, in this order. Each is what is left of it by the ones before: what the client and
 * `ctl` share with it, what a health check does, what `vault-mock` as a module loads as well, the rest. Everything else
 * is loaded on first use.
 */
const PARTS = {
  basics: (below) => common(below('command/start.ts'), below('command/vault/main.ts', 'command/ctl/index.ts')),
  language: (below) => common(below(...CONFIGURING), below('src/index.ts')),
  options: (below) => below(...CONFIGURING),
  server: (below) => common(below('command/start.ts'), below('src/index.ts')),
  start: (below) => below('command/start.ts', 'close-with-grace/index.js')
}
const CONFIGURING = ['command/options/index.ts', 'command/config/with-config.ts']

function common (some, others) {
  return [...some].filter((each) => others.has(each))
}

/** What npm links: calls the loader of the parts. */
async function launcher (folder, { name, part, id }) {
  const path = `${folder}/command/${name}.js`
  const call = `run('./${part}.cjs', '${id}', fileURLToPath(new URL('../parts', import.meta.url)))`
  const contents = [
    "import { fileURLToPath } from 'node:url'", "import { run } from './src/command/parts.ts'", call
  ].join('\n')
  const { outputFiles: [built] } = await build({
    ...shared,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile: path,
    splitting: false,
    format: 'cjs',
    define: { 'import.meta.url': 'urlOfThisFile' },
    banner: { js: `#!/usr/bin/env node\n${URL_OF_THIS_FILE}` }
  })
  return { path, contents: built.contents }
}

/** An entry of the package, for `import` and for `require`: one and the same module. */
function packageEntry (folder, name, exported) {
  return [
    { path: `${folder}/${name}.js`, contents: `import parts from './parts/${name}.cjs'\nexport const { ${exported.join(', ')} } = parts\n` },
    { path: `${folder}/require/${name}.cjs`, contents: `module.exports = require('../parts/${name}.cjs')\n` }
  ]
}

async function bundleProgram (folder) {
  const built = await build({
    ...shared,
    outdir: folder,
    entryPoints: {
      main: 'src/command/cli.ts', client: 'src/command/vault/link.ts', index: 'src/index.ts', testing: 'src/testing.ts'
    },
    plugins: [lazyModules, leaveOut]
  })
  const { files, id, exportsOf } = await inParts(built, PARTS, `${folder}/parts`)
  const launchers = [{ name: 'cli', part: 'main', id }, { name: 'vault', part: 'client', id }]
  return {
    inputs: Object.keys(built.metafile.inputs),
    files: [
      ...files,
      ...await Promise.all(launchers.map(async (each) => await launcher(folder, each))),
      { path: `${folder}/command/package.json`, contents: '{ "type": "commonjs" }\n' },
      ...packageEntry(folder, 'index', exportsOf('src/index.ts')),
      ...packageEntry(folder, 'testing', exportsOf('src/testing.ts'))
    ]
  }
}

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

/**
 * Writes the command (dist/command/cli.js and vault.js), the package's entries (dist/index.js and dist/testing.js, the
 * same for `require`), the parts that all of them consist of, the page, and the licences of what is in there. Throws
 * where the sources do not bundle.
 *
 * @param folder `dist`, or another one in its place
 */
export async function bundle (folder = `${root}dist`) {
  const [program, page] = await Promise.all([bundleProgram(folder), bundlePage(folder)])
  const notices = noticesOf(root, [...program.inputs, ...page.inputs])
  await clean(folder)
  await Promise.all([
    ...program.files, ...page.files, { path: `${folder}/THIRD-PARTY-NOTICES.txt`, contents: notices }
  ].map(write))
  await Promise.all(['cli', 'vault'].map((name) => chmod(`${folder}/command/${name}.js`, 0o755)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundle().catch((error) => {
    // esbuild has said what is wrong; its stack says nothing more
    if (error.errors === undefined) console.error(error)
    process.exitCode = 1
  })
}
