// The parts of the command's bundle, and the compiled code that is kept of them.
import {
  chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { cacheFolder, Parts } from '../../src/command/parts.js'

const wrapped = (text: string): string => `(function (exports, require, module, urlOfThisFile) {${text}\n})\n`

const MAIN = wrapped(`
  exports.twice = (number) => number * require('./two.js').two
  exports.again = require('./two.js') === require('./two.js')
  exports.separator = require('node:path').posix.sep
  exports.url = urlOfThisFile`)

function someParts (t: Test): { folder: string, url: string, cache: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  writeFileSync(join(folder, 'main.js'), MAIN)
  writeFileSync(join(folder, 'two.js'), wrapped('module.exports = { two: 2 }'))
  return { folder, url: pathToFileURL(join(folder, 'cli.js')).href, cache: join(folder, 'cache') }
}

/** Loads them as a start does. */
function load ({ url, cache }: { url: string, cache: string | undefined }): Record<string, unknown> {
  const parts = new Parts(url, cache)
  const { twice, ...main } = parts.require('./main.js') as { twice: (number: number) => number }
  const doubled = twice(21)
  parts.keep()
  return { doubled, ...main }
}

t.test('a part requires others, and Node\'s own modules', async (t) => {
  const given = someParts(t)
  const loaded = { doubled: 42, again: true, separator: '/', url: given.url }
  t.same(load({ ...given, cache: undefined }), loaded, 'without a place to keep anything')
  t.notOk(existsSync(given.cache), 'where nothing is kept')
  t.same(load(given), loaded, 'at the first start')
  t.same(readdirSync(given.cache), ['main.js.cache', 'two.js.cache'], 'which is kept')
  t.equal(statSync(join(given.cache, 'main.js.cache')).mode & 0o133, 0, 'not to be written by others')
  t.same(load(given), loaded, 'and at the next')
})

t.test('what was kept is used, and replaced where it does not fit', async (t) => {
  const given = someParts(t)
  const kept = join(given.cache, 'main.js.cache')
  load(given)
  const { ino } = statSync(kept)
  load(given)
  t.equal(statSync(kept).ino, ino, 'a second start writes nothing')
  const others = { nothing: '', 'something else': 'x'.repeat(1000), 'half of it': readFileSync(kept).subarray(0, 200) }
  for (const [what, bytes] of Object.entries(others)) {
    // V8 itself remembers what this process has compiled before
    const another = someParts(t)
    load(another)
    writeFileSync(join(another.folder, 'main.js'), MAIN.replace('twice', `twice /* ${what} */`))
    writeFileSync(join(another.cache, 'main.js.cache'), bytes)
    t.equal(load(another).doubled, 42, `${what} in its place stops nobody`)
    t.ok(readFileSync(join(another.cache, 'main.js.cache')).length > bytes.length, 'and is replaced')
  }
})

t.test('where nothing can be written, the parts run all the same', async (t) => {
  const given = someParts(t)
  writeFileSync(given.cache, 'a file where a folder has to be')
  t.equal(load(given).doubled, 42)
})

t.test('compiled code lies where nobody else may write', async (t) => {
  const { folder } = someParts(t)
  const own = join(folder, `vault-mock-compiled-${process.getuid?.() ?? 'user'}`)
  const place = cacheFolder('abc', {}, folder) ?? ''
  const name = new RegExp(`^${own}/vault-mock-abc-${process.version}-${process.arch}`)
  t.match(place, name, 'below a folder with the user\'s number')
  t.equal(cacheFolder('abc', { NODE_DISABLE_COMPILE_CACHE: '1' }, folder), undefined, 'nowhere, where it is turned off')
  const told = cacheFolder('abc', { NODE_COMPILE_CACHE: '/kept' }, folder)
  t.match(told, /^\/kept\/vault-mock-abc-/, 'where Node\'s own is told to be')
  load({ ...someParts(t), cache: place })
  t.equal(statSync(own).mode & 0o022, 0, 'which is made so that nobody else may write to it')
  t.equal(cacheFolder('abc', {}, folder), place, 'and used then')
  chmodSync(own, 0o777)
  t.equal(cacheFolder('abc', {}, folder), undefined, 'not where others may write')
  rmSync(own, { recursive: true })
  symlinkSync(folder, own)
  t.equal(cacheFolder('abc', {}, folder), undefined, 'nor behind a link')
})
