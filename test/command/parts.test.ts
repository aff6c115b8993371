// The parts of the bundle, and the compiled code that is kept of them.
import {
  chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync
} from 'node:fs'
import { EOL, tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { cacheFolder, Parts } from '../../src/command/parts.js'

/** A script whose value is a function, as the build makes them. */
const OPENING = '(function (exports, require, module, __filename, __dirname, importOther) {'
const asPart = (text: string): string => `${OPENING}${text}\n})`

const MAIN = asPart(`
  exports.twice = (number) => number * require('./two.cjs').two
  exports.again = require('./two.cjs') === require('./two.cjs')
  exports.separator = require('node:path').posix.sep
  exports.imported = () => importOther('node:os')
  exports.place = [__filename, __dirname]`)

function someParts (t: Test): { folder: string, cache: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  writeFileSync(join(folder, 'main.cjs'), MAIN)
  writeFileSync(join(folder, 'two.cjs'), asPart('module.exports = { two: 2 }'))
  return { folder, cache: join(folder, 'cache') }
}

interface Main {
  readonly twice: (number: number) => number
  readonly imported: () => Promise<{ readonly EOL: string }>
}

/** Loads them as a start does. */
async function load (
  { folder, cache }: { folder: string, cache: string | undefined }
): Promise<Record<string, unknown>> {
  const parts = new Parts(folder, cache)
  const { twice, imported, ...main } = parts.require('./main.cjs') as Main
  const { EOL: end } = await imported()
  const doubled = twice(21)
  parts.keep()
  return { doubled, end, ...main }
}

t.test('a part requires others, and Node\'s own modules', async (t) => {
  const given = someParts(t)
  const loaded = { doubled: 42, end: EOL, again: true, separator: '/', place: [join(given.folder, 'main.cjs'), given.folder] }
  t.same(await load({ ...given, cache: undefined }), loaded, 'without a place to keep anything')
  t.notOk(existsSync(given.cache), 'where nothing is kept')
  t.same(await load(given), loaded, 'at the first start')
  t.same(readdirSync(given.cache), ['main.cjs.cache', 'two.cjs.cache'], 'which is kept')
  t.equal(statSync(join(given.cache, 'main.cjs.cache')).mode & 0o133, 0, 'not to be written by others')
  t.same(await load(given), loaded, 'and at the next')
})

t.test('what was kept is used, and replaced where it does not fit', async (t) => {
  const given = someParts(t)
  const kept = join(given.cache, 'main.cjs.cache')
  await load(given)
  const { ino } = statSync(kept)
  await load(given)
  t.equal(statSync(kept).ino, ino, 'a second start writes nothing')
  const others = { nothing: '', 'something else': 'x'.repeat(1000), 'half of it': readFileSync(kept).subarray(0, 200) }
  for (const [what, bytes] of Object.entries(others)) {
    // V8 itself remembers what this process has compiled before
    const another = someParts(t)
    await load(another)
    writeFileSync(join(another.folder, 'main.cjs'), MAIN.replace('twice', `twice /* ${what} */`))
    writeFileSync(join(another.cache, 'main.cjs.cache'), bytes)
    t.equal((await load(another)).doubled, 42, `${what} in its place stops nobody`)
    t.ok(readFileSync(join(another.cache, 'main.cjs.cache')).length > bytes.length, 'and is replaced')
  }
})

t.test('where nothing can be written, the parts run all the same', async (t) => {
  const given = someParts(t)
  writeFileSync(given.cache, 'a file where a folder has to be')
  t.equal((await load(given)).doubled, 42)
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
  await load({ ...someParts(t), cache: place })
  t.equal(statSync(own).mode & 0o022, 0, 'which is made so that nobody else may write to it')
  t.equal(cacheFolder('abc', {}, folder), place, 'and used then')
  chmodSync(own, 0o777)
  t.equal(cacheFolder('abc', {}, folder), undefined, 'not where others may write')
  rmSync(own, { recursive: true })
  symlinkSync(folder, own)
  t.equal(cacheFolder('abc', {}, folder), undefined, 'nor behind a link')
})
