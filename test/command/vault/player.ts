// Plays the steps of a scenario against a server of ours, with whatever runs them, and masks what differs each time.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '../../../src/testing.js'
import { NEW_YEAR } from '../../vault-server.js'
import type { Scenario, Step } from './steps.js'

export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** One call as it is to be run; the folder is home and working folder. */
export interface Call {
  readonly args: readonly string[]
  readonly stdin: string
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
}

export interface Exchange extends Printed {
  readonly args: readonly string[]
}

/** Resolves with what each step printed, masked. */
export async function play ({ options, steps }: Scenario, run: (call: Call) => Promise<Printed>): Promise<Exchange[]> {
  const cluster = await startCluster({ seed: 1, ...NEW_YEAR, profile: 'vault-1.21', edition: 'ce', ...options })
  const folder = mkdtempSync(join(tmpdir(), 'vault-client-'))
  const caught = new Map<string, string>()
  try {
    const exchanges: Exchange[] = []
    for (const step of steps) {
      const call = callOf(step, caught, folder, cluster.environment)
      const printed = await run(call)
      keep(step, printed, caught)
      const [out, err] = [masked(printed.out, folder), masked(printed.err, folder)]
      exchanges.push({ args: step.args, code: printed.code, out, err })
    }
    return exchanges
  } finally {
    rmSync(folder, { recursive: true })
    await cluster.close()
  }
}

type Names = Readonly<Record<string, string>>

function callOf (step: Step, caught: ReadonlyMap<string, string>, folder: string, environment: Names): Call {
  const filled = (text: string) => text.replace(/\$([a-z]+\d*)/g, (whole, name: string) => caught.get(name) ?? whole)
  for (const [name, text] of Object.entries(step.files ?? {})) writeFileSync(join(folder, name), text)
  const own = Object.entries(step.environment ?? {}).map(([name, text]) => [name, filled(text)])
  const token = caught.get('root')
  return {
    args: step.args.map(filled),
    stdin: filled(step.stdin ?? ''),
    environment: { ...environment, ...token !== undefined && { VAULT_TOKEN: token }, ...Object.fromEntries(own) },
    folder
  }
}

function keep ({ catches = {} }: Step, { out }: Printed, caught: Map<string, string>): void {
  for (const [name, pattern] of Object.entries(catches)) {
    if (!pattern.global) caught.set(name, pattern.exec(out)?.[1] ?? '')
    else [...out.matchAll(pattern)].forEach((found, i) => { caught.set(`${name}${i + 1}`, found[1] ?? '') })
  }
}

const MASKS: ReadonlyArray<readonly [RegExp, string]> = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  [/127\.0\.0\.1:\d{4,5}/g, '<address>'],
  [/\b(hv[sb])\.[\w-]+/g, '$1.<token>'],
  [/_[0-9a-f]{8}\b/g, '_<hex>'],
  [/(accessor\W+)[A-Za-z0-9]{24}\b/g, '$1<accessor>'],
  [/\b[0-9a-f]{64,}\b/g, '<key in hex>'],
  [/[A-Za-z0-9+/]{43}=/g, '<key>'],
  [/[A-Za-z0-9+/]{44}(?=\s|$)/g, '<key>'],
  [/((?:OTP|Encoded Token|"otp":|"encoded_token":|"token":)\W+)[A-Za-z0-9+/.<>]{20,}/g, '$1<text>'],
  [/(\bid"?:?\s+"?)[A-Za-z0-9]{5}(?=["\s])/g, '$1<namespace>'],
  [/^(\S+\/ +map\[.*\] +)[A-Za-z0-9]{5}(?= )/gm, '$1<namespace>'],
  [/(unlock_key\W+)[A-Za-z0-9]{24}\b/g, '$1<key>'],
  // help is worded on its own
  [/^(Usage: [^\n]*\n)[\s\S]*$/, '$1'],
  [/(cluster-)[0-9a-f]{8}\b/g, '$1<hex>'],
  [/((?:Index|index"|_index|LastIndex"|Last WAL|last_wal"):?\s+)\d+/g, '$1<number>']
]

function masked (text: string, folder: string): string {
  return MASKS.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), text.replaceAll(folder, '<folder>'))
}
