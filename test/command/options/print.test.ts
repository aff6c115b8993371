// The option table as people read it.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { helpText, optionsTable } from '../../../src/command/options/index.js'
import { DEFINITIONS } from '../../../src/command/options/table.js'

t.test('the help names every flag once', async (t) => {
  const flags = helpText().split('\n').map((line) => /^ {2}--([\w-]+)/.exec(line)?.[1]).filter(Boolean)
  t.same(flags.toSorted(), DEFINITIONS.map(([, definition]) => definition.flag).toSorted())
})

t.test('the table in docs/options.md is the one made from the options', async (t) => {
  const readme = readFileSync(new URL('../../../docs/options.md', import.meta.url), 'utf8')
  t.ok(readme.includes(optionsTable()), 'print it with `npm run options-table` and put it there')
})
