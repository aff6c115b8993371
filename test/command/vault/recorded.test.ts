// The client prints what Vault 1.21.4's own command prints, and ends with the same codes.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { runClient } from '../../../src/command/vault/run.js'
import { play, type Call, type Exchange, type Printed } from './player.js'
import { SCENARIOS } from './steps.js'

const RECORDED: Record<string, Exchange[]> = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8'))
const START = process.cwd()

async function run ({ args, stdin, environment, folder }: Call): Promise<Printed> {
  const printed = { out: '', err: '' }
  process.chdir(folder)
  const code = await runClient(args, {
    program: 'vault',
    environment,
    home: folder,
    isTerminal: false,
    out: (text) => { printed.out += text },
    err: (text) => { printed.err += text },
    stdin: async () => stdin,
    secretLine: async () => { throw new Error('file descriptor 0 is not a terminal') }
  }).finally(() => { process.chdir(START) })
  return { code, ...printed }
}

for (const scenario of SCENARIOS) {
  t.test(scenario.name, async (t) => {
    const played = await play(scenario, run)
    const recorded = RECORDED[scenario.name] ?? []
    t.equal(played.length, recorded.length, 'every step is recorded')
    played.forEach((exchange, i) => { t.same(exchange, recorded[i], exchange.args.join(' ')) })
  })
}
