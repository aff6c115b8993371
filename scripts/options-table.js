// Puts the table of options into README.md, between its two marks. `npm run options-table`
import { readFile, writeFile } from 'node:fs/promises'
import { readmeTable } from '../src/command/options/index.ts'

const file = new URL('../README.md', import.meta.url)
const readme = await readFile(file, 'utf8')
const marks = /(<!-- options -->\n)[\s\S]*?(<!-- end of options -->)/
await writeFile(file, readme.replace(marks, (_all, start, end) => `${start}${readmeTable()}\n${end}`))
