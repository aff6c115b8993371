// The text that a world is saved as in pieces is the one it is saved as at once.
import t from 'tap'
import type { Storage } from '../../src/cluster/storage.js'
import { parseJson, printJson } from '../../src/json/index.js'
import { assemble } from '../../src/open/assemble.js'
import { FIXTURES, type FixtureName } from '../../src/world/fixtures/index.js'
import { savedMark, savedText } from '../../src/world/saved-text.js'
import { readSteps, saveWorld } from '../../src/world/saved-world.js'
import { atOnce } from '../../src/sim/wall-clock.js'
import type { WorldState } from '../../src/world/world-state.js'
import { busy, NOTHING_KNOWN } from './random-steps.js'

for (const fixture of Object.keys(FIXTURES) as FixtureName[]) {
  t.test(fixture, async (t) => {
    const { controls, world } = assemble({ fixture, seed: 7, time: 'manual', startAtMs: 1_700_000_000_000, nomad: { acl: true } })
    await busy({ controls, memory: NOTHING_KNOWN })
    t.equal([...savedText(world.state)].join(''), printJson(saveWorld(world)))
  })
}

t.test('neither time nor reading is worth saving', async (t) => {
  const { world } = assemble({ seed: 7, time: 'manual' })
  const before = savedMark(world.state)
  world.timeline.advance(1000)
  world.random.stream('requests').uuid()
  t.equal(savedMark(world.state), before)
  world.clusters.get('vault/raft_0')?.storage.put('replicated/mount/x/y', 1)
  t.not(savedMark(world.state), before)
})

t.test('what is saved and read again is held once where it has not changed', async (t) => {
  const { world } = assemble({ seed: 7, time: 'manual' })
  const storageOf = ({ clusters: [first] }: WorldState): Storage => first!.storage
  const path = 'replicated/policy/big'
  world.clusters.get('vault/raft_0')?.storage.put(path, { name: 'big', text: 'x'.repeat(100), version: 1, casRequired: false, modifiedAtMs: 0 })
  const { state } = world
  const again = atOnce(readSteps(parseJson([...savedText(state)].join('')), state))
  t.equal(storageOf(again).get(path), storageOf(state).get(path))
  t.equal(storageOf(again).root('replicated'), storageOf(state).root('replicated'))
})
