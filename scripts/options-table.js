// Puts the table of options into docs/options.md, between its two marks. `npm run options-table`
import { readFile, writeFile } from 'node:fs/promises'
import { optionsTable } from '../src/command/options/index.ts'

const file = new URL('../docs/options.md', import.meta.url)
const page = await readFile(file, 'utf8')
const marks = /(<!-- options -->\n)[\s\S]*?(<!-- end of options -->)/
await writeFile(file, page.replace(marks, (_all, start, end) => `${start}${optionsTable()}\n${end}`))
