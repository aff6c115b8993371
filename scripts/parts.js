// Puts the chunks of a bundle together again: esbuild cuts wherever two entries share something, which makes sixty
// files of what a start needs. Here they become a few, in CommonJS, since V8 can keep what it made of a script.
import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

/** What stands for `import.meta.url` in CommonJS. */
export const URL_OF_THIS_FILE = "const urlOfThisFile = require('node:url').pathToFileURL(__filename).href;"

/** Of what has no name before it runs. All other imports are of parts, and become `require`. */
const COMPUTED_IMPORT = /\bimport\((?!["'])/g

/**
 * A part is a module for `require`, and as a script its value is the function that makes it one: `src/command/parts.ts`
 * takes it so. The bracket makes V8 compile the function at once, not twice. Modules for `import`, which all of it was,
 * are strict.
 */
const OPENING = '"use strict";{const run=(function(exports,require,module,__filename,__dirname,importOther=(url)=>import(url)){'
const CLOSING = '\n});typeof module==="object"?run(exports,require,module,__filename,__dirname):run}\n'

/** The chunks of a build, by their names, as `./chunk-ABC.js`. */
class Chunks {
  #texts = new Map()
  #about = new Map()
  #byEntry = new Map()

  constructor ({ outputFiles, metafile }) {
    for (const { path, text } of outputFiles) this.#texts.set(nameOf(path), text)
    for (const [path, about] of Object.entries(metafile.outputs)) {
      this.#about.set(nameOf(path), about)
      if (about.entryPoint !== undefined) this.#byEntry.set(about.entryPoint, nameOf(path))
    }
  }

  get names () { return [...this.#texts.keys()] }

  text (name) { return this.#texts.get(name) }

  exportsOf (name) { return this.#about.get(name).exports }

  /** What chunks other than these want of one: all of it, where one loads it at run time, or nobody imports it. */
  wantedOf (name, insiders) {
    const isLoaded = this.names.some((each) => this.#imports(each, 'dynamic-import').includes(name))
    const importers = this.names.filter((each) => this.#imports(each, 'import-statement').includes(name))
    if (isLoaded || importers.length === 0) return this.exportsOf(name)
    const outsiders = importers.filter((each) => !insiders.includes(each))
    return [...new Set(outsiders.flatMap((each) => importedFrom(name, this.text(each))))]
  }

  #imports (name, kind) {
    return this.#about.get(name).imports.filter((each) => each.kind === kind).map(({ path }) => nameOf(path))
  }

  has (name) { return this.#texts.has(name) }

  /** @param entries source files; @returns their chunks, and all that these import at once */
  below (...entries) {
    const found = new Set()
    const add = (name) => {
      if (found.has(name) || !this.has(name)) return
      found.add(name)
      for (const { kind, path } of this.#about.get(name).imports) if (kind === 'import-statement') add(nameOf(path))
    }
    for (const entry of entries) add(this.entry(entry))
    return found
  }

  entry (source) {
    const [, name] = [...this.#byEntry].find(([path]) => path.endsWith(source)) ?? []
    if (name === undefined) throw new Error(`no chunk begins with ${source}`)
    return name
  }
}

/** As esbuild writes imports. Whoever imports more than this finds does not build. */
function importedFrom (name, text) {
  const lists = [...text.matchAll(/\bimport\{([^}]*)\}from"([^"]+)"/g)].filter(([, , from]) => from === name)
  return lists.flatMap(([, list]) => list.split(',').map((each) => each.split(' as ')[0]))
}

function nameOf (path) { return `./${basename(path)}` }

/**
 * @param built by esbuild, in ESM, with its chunks and its metafile
 * @param groups of source files, by the name of the part that is to have them and all that they import; what an earlier
 *   group has, a later one takes from there. Each other chunk is a part by itself, by its own name
 * @param folder for the parts
 * @returns the files, beside each other, what tells this build from another one, and the names that an entry exports
 */
export async function inParts (built, groups, folder) {
  const chunks = new Chunks(built)
  const parts = assigned(chunks, groups)
  const partOf = new Map([...parts].flatMap(([name, members]) => members.map((chunk) => [chunk, name])))
  const files = await Promise.all([...parts.keys()].map(async (name) => {
    return { path: join(folder, name), contents: await link(name, { chunks, parts, partOf }) }
  }))
  const hash = createHash('sha256')
  for (const { path, contents } of files) hash.update(path).update(contents)
  const exportsOf = (source) => chunks.exportsOf(chunks.entry(source))
  return { files, id: hash.digest('hex').slice(0, 12), exportsOf }
}

function assigned (chunks, groups) {
  const parts = new Map()
  const taken = new Set()
  for (const [name, choose] of Object.entries(groups)) {
    const members = [...choose((...entries) => chunks.below(...entries))].filter((chunk) => !taken.has(chunk))
    members.forEach((chunk) => taken.add(chunk))
    parts.set(`./${name}.cjs`, members)
  }
  for (const chunk of chunks.names) if (!taken.has(chunk)) parts.set(chunk.replace(/\.js$/, '.cjs'), [chunk])
  return parts
}

/** Under which name a part offers what one of its chunks exports. */
function offered (members, chunk, name) {
  return members.length === 1 ? name : `${name}_${members.indexOf(chunk)}`
}

/** Finds the chunks of a part here, those of others behind what their parts offer. */
function linker (part, { chunks, parts, partOf }) {
  const members = parts.get(part)
  const theirs = (chunk) => {
    const others = parts.get(partOf.get(chunk))
    return chunks.wantedOf(chunk, others).map((name) => `${offered(others, chunk, name)} as ${name}`)
  }
  return {
    name: 'parts',
    setup ({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/.*\.c?js$/ }, ({ path, kind }) => {
        // a part may load itself, too: then it is there already
        if (members.includes(path) && kind !== 'dynamic-import') return { path, namespace: 'ours' }
        return parts.has(path) ? { path, external: true } : { path, namespace: 'theirs' }
      })
      onLoad({ filter: /./, namespace: 'ours' }, ({ path }) => {
        return { contents: chunks.text(path).replace(/^#!.*/, '').replace(COMPUTED_IMPORT, 'importOther(') }
      })
      onLoad({ filter: /./, namespace: 'theirs' }, ({ path }) => {
        return { contents: `export { ${theirs(path).join(', ')} } from '${partOf.get(path)}'` }
      })
    }
  }
}

/** @returns the text of a part */
async function link (part, all) {
  const members = all.parts.get(part)
  const exported = members.map((chunk) => {
    const names = all.chunks.wantedOf(chunk, members).map((name) => `${name} as ${offered(members, chunk, name)}`)
    return `export { ${names.join(', ')} } from '${chunk}'`
  })
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents: exported.join('\n') },
    plugins: [linker(part, all)],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'urlOfThisFile' },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning'
  })
  const needsUrl = text.includes('urlOfThisFile')
  return `${OPENING}${needsUrl ? URL_OF_THIS_FILE : ''}${inAscii(text)}${CLOSING}`
}

/** So that a part can be read byte by byte. What is left of others by now stands in regular expressions. */
function inAscii (text) {
  return text.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
