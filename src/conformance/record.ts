// Makes a recording of a server: every answer masked, and nothing left in it that the run was given as a secret.
import { wallClockMs } from '../sim/wall-clock.js'
import { play, type Stage } from './player.js'
import type { Recording, Scenario, Variables } from './scenario.js'

/** Shorter ones are words that may stand anywhere. */
const SHORTEST_SECRET = 16

/** @param server what it is: name, version, edition */
export async function record (scenario: Scenario, stage: Stage, server: string): Promise<Recording> {
  const { exchanges, variables } = await play(scenario, stage)
  const recording = { scenario: scenario.name, source: { server, taken: today() }, exchanges }
  return withoutSecrets(recording, secretsIn(variables, stage.nodes))
}

/** `2026-11-21` */
export function today (): string {
  return new Date(wallClockMs()).toISOString().slice(0, 10)
}

/** What answers gave for later requests: tokens, keys, ids; by name. */
function secretsIn (variables: Variables, nodes: readonly string[]): Array<readonly [name: string, secret: string]> {
  return Object.entries(variables).flatMap(([name, value]) => {
    // a template in braces was never an answer
    if (typeof value !== 'string' || value.length < SHORTEST_SECRET || /^\{\{.*\}\}$/.test(value)) return []
    return nodes.includes(value) ? [] : [[name, value] as const]
  })
}

/** Masking goes by names and forms; where a server shows a secret elsewhere, this finds it. */
function withoutSecrets <T> (value: T, secrets: ReadonlyArray<readonly [string, string]>): T {
  if (typeof value === 'string') {
    return secrets.reduce<string>((text, [name, secret]) => text.replaceAll(secret, `<${name}>`), value) as T
  }
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecrets(item, secrets)) as T
  const members = Object.entries(value).map(([name, member]) => [name, withoutSecrets<unknown>(member, secrets)])
  return Object.fromEntries(members) as T
}
