// Puts the table of metrics into docs/telemetry.md, between its two marks. `npm run telemetry-table`
import { readFile, writeFile } from 'node:fs/promises'
import { pages } from '../src/telemetry/catalogue.ts'

const file = new URL('../docs/telemetry.md', import.meta.url)
const marks = /(<!-- metrics -->\n)[\s\S]*?(<!-- end of metrics -->)/
const tables = Object.entries(pages).map(([page, metrics]) => {
  const rows = Object.entries(metrics).map(([name, { kind, unit, labels = [], enterprise, meaning }]) => {
    return `| \`${name}\` | ${kind} | ${unit} | ${labels.join(', ')} | ${enterprise === true ? 'ent' : ''} | ${meaning} |`
  })
  return [
    `### [${page}](https://developer.hashicorp.com/vault/docs/internals/telemetry/metrics/${page})`,
    '',
    '| Metric | Kind | Unit | Labels | Edition | What it tells |',
    '|---|---|---|---|---|---|',
    ...rows
  ].join('\n')
})
const text = await readFile(file, 'utf8')
await writeFile(file, text.replace(marks, (_all, start, end) => `${start}${tables.join('\n\n')}\n${end}`))
