// Each page of the documentation has a source file of its own, each of those a test file, and each of those is run.
import t from 'tap'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const TABLES_OF_CONTENTS = ['backends/system', 'http/local']

/** The files beside a table of contents that it names, without their ending. */
function pagesOf (folder: string): string[] {
  const index = readFileSync(new URL(`../src/${folder}/index.ts`, import.meta.url), 'utf8')
  return [...index.matchAll(/ from '\.\/([\w-]+)\.js'/g)].map(([, name = '']) => name)
}

for (const folder of TABLES_OF_CONTENTS) {
  const pages = pagesOf(folder)
  t.ok(pages.length > 5, `src/${folder}/index.ts names its pages`)
  for (const page of pages) {
    const file = `${folder}/${page}.test.ts`
    t.ok(existsSync(new URL(file, import.meta.url)), `test/${file}`)
  }
}

const rooms = readdirSync(new URL('rooms', import.meta.url)).map((name) => name.replace('.ts', ''))
const tested = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && name.includes('/'))
  .map((name) => name.split('/')[0])
t.strictSame(rooms.sort(), [...new Set(tested)].sort(), 'test/rooms has a file for each folder of tests')
for (const name of rooms) {
  const text = readFileSync(new URL(`rooms/${name}.ts`, import.meta.url), 'utf8')
  t.match(text, `await room('${name}')`, `test/rooms/${name}.ts runs its own folder`)
}
