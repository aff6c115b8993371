// Everything that is measured, in one table: `npm run bench -- [--real PATH] [--json FILE] [--only SECTION]`. Times
// differ from machine to machine; what holds is CPU per request beside bare Fastify and node:http, in the same run.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bundle } from '../scripts/build.js'
import { secrets, tokens } from './growth.js'
import { requests, startUp } from './requests.js'
import { clusters, connections, processes, replication, worlds } from './scale.js'
import { Table } from './table.js'

const SECTIONS = { startUp, requests, secrets, tokens, worlds, clusters, connections, processes, replication }

const { values } = parseArgs({
  options: {
    real: { type: 'string' },
    json: { type: 'string', default: '.bench.json' },
    only: { type: 'string', multiple: true, default: Object.keys(SECTIONS) }
  }
})
if (values.real !== undefined && !existsSync(values.real)) throw new Error(`there is no ${values.real}`)
await bundle()
const table = new Table()
for (const name of values.only) {
  const section = SECTIONS[name]
  if (section === undefined) throw new Error(`there is no section ${name}; there is ${Object.keys(SECTIONS).join(', ')}`)
  try {
    await section(table, values)
  } catch (error) {
    process.exitCode = 1
    table.add(name, 'failed', { error: String(error.message).slice(0, 200) })
  }
}
table.print()
table.write(values.json)
