// Each page of the documentation has a source file of its own, and each of those a test file.
import t from 'tap'
import { existsSync, readFileSync } from 'node:fs'

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
