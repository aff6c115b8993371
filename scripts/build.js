// Bundles the sources into dist: the command with all its dependencies, so that it starts fast, and the library without
// them.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { noticesOf } from './notices.js'
import { inParts } from './parts.js'

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

/** What Fastify and its like ask of Node for options that nobody here takes; loading it takes longer than they do. */
const RARE = ['http2', 'https', 'dns']

function laterAll (name) {
  return Object.keys(require(name)).map((each) => later(each, name)).join(', ')
}

function later (property, module) {
  return `get ${property} () { return require('${module}')${module.startsWith('semver/') ? '' : `.${property}`} }`
}

/** What packages load at once and seldom use: it is loaded when somebody uses it. */
const lazyModules = {
  name: 'lazy-modules',
  setup ({ onResolve, onLoad }) {
    const semver = ['satisfies', 'gt', 'coerce'].map((name) => later(name, `semver/functions/${name}`)).join(', ')
    const contents = { semver, ...Object.fromEntries(RARE.map((name) => [name, laterAll(`node:${name}`)])) }
    onResolve({ filter: new RegExp(`^semver$|^(?:node:)?(?:${RARE.join('|')})$`) }, ({ path, kind, namespace }) => {
      if (kind !== 'require-call' || namespace === 'lazy') return undefined
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
 * What a start of the server loads, in this order; what the client and `ctl` need of it they find in the first.
 * Everything else is loaded on first use.
 */
const PARTS = {
  basics: (below) => common(below('command/start.ts'), below('command/vault/main.ts', 'command/ctl/index.ts')),
  options: (below) => below('command/options/index.ts', 'command/config/with-config.ts'),
  start: (below) => below('command/start.ts', 'close-with-grace/index.js')
}

function common (some, others) {
  return [...some].filter((each) => others.has(each))
}

/** What npm links: calls the loader of the parts. */
async function launchers (folder, id) {
  return await Promise.all([['cli', 'main'], ['vault', 'client']].map(async ([name, part]) => {
    const { outputFiles: [{ contents }] } = await build({
      ...shared,
      stdin: {
        contents: `import { run } from './src/command/parts.ts'\nrun('./${part}.js', '${id}', import.meta.url)\n`,
        resolveDir: root,
        loader: 'ts'
      },
      outfile: `${folder}/command/${name}.js`,
      splitting: false,
      metafile: false,
      format: 'cjs',
      define: { 'import.meta.url': 'urlOfThisFile' },
      banner: { js: `#!/usr/bin/env node\n${URL_OF_THIS_FILE}` }
    })
    return { path: `${folder}/command/${name}.js`, contents }
  }))
}

/** The command: its launchers, and the parts beside them, which are no modules for `import`. */
async function commandFiles (folder, built) {
  const { files, id } = await inParts(built, PARTS)
  return [
    ...files, ...await launchers(folder, id), { path: `${folder}/command/package.json`, contents: '{ "type": "commonjs" }\n' }
  ]
}

// what stands for `import.meta.url` in CommonJS
const URL_OF_THIS_FILE = "const urlOfThisFile = require('node:url').pathToFileURL(__filename).href"

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
      entryPoints: { 'command/main': 'src/command/cli.ts', 'command/client': 'src/command/vault/link.ts' },
      chunkNames: 'command/[name]-[hash]',
      plugins: [lazyModules, leaveOut]
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
      define: { 'import.meta.url': 'urlOfThisFile' },
      banner: { js: URL_OF_THIS_FILE },
      packages: 'external'
    })
  ])
  const page = await bundlePage(folder)
  const [command, ...libraries] = built
  const contained = [...Object.keys(command.metafile.inputs), ...page.inputs]
  const made = [
    ...page.files,
    ...await commandFiles(folder, command),
    ...['index', 'testing'].map((name) => requireEntry(folder, name)),
    { path: `${folder}/THIRD-PARTY-NOTICES.txt`, contents: noticesOf(root, contained) }
  ]
  await clean(folder)
  await Promise.all([...libraries.flatMap(({ outputFiles }) => outputFiles), ...made].map(write))
  await Promise.all(['cli', 'vault'].map((name) => chmod(`${folder}/command/${name}.js`, 0o755)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundle().catch((error) => {
    // esbuild has said what is wrong; its stack says nothing more
    if (error.errors === undefined) console.error(error)
    process.exitCode = 1
  })
}
