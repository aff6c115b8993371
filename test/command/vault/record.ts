// Records what Vault's own command prints: `node --import=tsx test/command/vault/record.ts PATH/OF/VAULT [SCENARIO …]`.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { play, type Call, type Printed } from './player.js'
import { SCENARIOS } from './steps.js'

const FILE = new URL('recorded.json', import.meta.url)
const [binary, ...names] = process.argv.slice(2)
if (binary === undefined) throw new Error('the path of the command is missing')

async function run ({ args, stdin, environment, folder }: Call): Promise<Printed> {
  const child = spawn(binary ?? '', args, { cwd: folder, env: { HOME: folder, PATH: '/usr/bin:/bin', ...environment } })
  const printed = { out: '', err: '' }
  child.stdout.on('data', (bytes: Buffer) => { printed.out += bytes.toString() })
  child.stderr.on('data', (bytes: Buffer) => { printed.err += bytes.toString() })
  child.stdin.end(stdin)
  const code = await new Promise<number>((resolve) => child.once('close', (status) => { resolve(status ?? -1) }))
  return { code, ...printed }
}

const recorded: Record<string, unknown> = JSON.parse(readFileSync(FILE, 'utf8'))
for (const scenario of SCENARIOS) {
  if (names.length === 0 || names.includes(scenario.name)) recorded[scenario.name] = await play(scenario, run)
}
writeFileSync(FILE, `${JSON.stringify(recorded, undefined, 1)}\n`)
