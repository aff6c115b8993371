// A world saved and loaded, forked, or restored from a checkpoint goes on as the original does: whatever is done to it
// afterwards is answered the same, byte for byte. SEED=… repeats a run, RUNS=… makes more of them.
import fc from 'fast-check'
import t from 'tap'
import { parseJson, printJson } from '../../src/json/index.js'
import { assemble } from '../../src/open/assemble.js'
import { FIXTURES, type FixtureName } from '../../src/world/fixtures/index.js'
import { loadWorld, saveWorld } from '../../src/world/saved-world.js'
import type { World } from '../../src/world/world.js'
import { anyStep, busy, NOTHING_KNOWN, take, type Actor, type Step } from './random-steps.js'

const seed = Number(process.env.SEED ?? 20_261_121)
const numRuns = Number(process.env.RUNS ?? 1)
const STEPS_BEFORE = 25
const STEPS_AFTER = 100

const steps = (count: number) => fc.array(anyStep, { minLength: count, maxLength: count, size: 'max' })

async function answers (actor: Actor, list: readonly Step[]): Promise<string[]> {
  const given: string[] = []
  for (const step of list) given.push(await take(actor, step))
  return [...given, textOf(actor.controls.world)]
}

const textOf = (world: World): string => printJson(saveWorld(world))

/** The first answer that is not the same, from shortly before the place where it differs. */
function difference (original: readonly string[], copy: readonly string[]): string | undefined {
  const i = original.findIndex((answer, at) => answer !== copy[at])
  const [given = '', other = ''] = [original[i], copy[i]].map((answer) => answer ?? '')
  if (i < 0) return undefined
  let at = 0
  while (given[at] === other[at]) at++
  const excerpt = (answer: string): string => answer.slice(Math.max(0, at - 300), at + 100)
  const [name = ''] = given.split(':')
  return `step ${i}, ${name.slice(0, 80)}, of the original:\n…${excerpt(given)}\nof the copy:\n…${excerpt(other)}`
}

async function checkCopies (fixture: FixtureName, before: readonly Step[], after: readonly Step[]): Promise<void> {
  const { controls, world } = assemble({ fixture, seed: 7, time: 'manual', startAtMs: 1_700_000_000_000, nomad: { acl: true } })
  const actor: Actor = { controls, memory: NOTHING_KNOWN }
  await busy(actor)
  await answers(actor, before)
  const { memory } = actor
  const text = textOf(world)
  const loaded = assemble({ seed: 1, time: 'manual', profile: 'openbao-2.5' })
  loadWorld(loaded.world, parseJson(text))
  report('saved again', difference([text], [textOf(loaded.world)]))
  controls.checkpoints.save('here')
  const fork = controls.checkpoints.fork('here')
  const original = await answers(actor, after)
  const copies: [string, Actor][] = [['loaded', { controls: loaded.controls, memory }], ['forked', { controls: fork, memory }]]
  for (const [name, copy] of copies) report(name, difference(original, await answers(copy, after)))
  controls.checkpoints.restore('here')
  report('restored', difference(original, await answers({ controls, memory }, after)))
}

function report (name: string, found: string | undefined): void {
  if (found !== undefined) throw new Error(`${name}: ${found}`)
}

for (const fixture of Object.keys(FIXTURES) as FixtureName[]) {
  t.test(`${fixture} goes on the same`, async () => {
    const property = fc.asyncProperty(steps(STEPS_BEFORE), steps(STEPS_AFTER), async (before, after) => {
      await checkCopies(fixture, before, after)
    })
    await fc.assert(property, { seed, numRuns, endOnFailure: process.env.SHRINK === undefined })
  })
}
