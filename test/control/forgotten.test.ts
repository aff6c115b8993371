// What belongs to a world and was once forgotten: it is reset, forked, saved and restored with everything else.
import t, { type Test } from 'tap'
import { createServer, type Server } from '../../src/index.js'
import { parseJson, printJson } from '../../src/json/index.js'
import { assemble } from '../../src/open/assemble.js'
import { enableSecondary } from '../../src/vault/replication/becoming-secondary.js'
import { issueActivation } from '../../src/vault/replication/activation-tokens.js'
import { enablePrimary } from '../../src/replication/transitions.js'
import { loadWorld, saveWorld } from '../../src/world/saved-world.js'

const headers = { 'x-vault-token': 'root' }

function server (t: Test, options: Parameters<typeof createServer>[0] = {}): Server {
  const made = createServer({ seed: 7, time: 'manual', ...options })
  t.teardown(() => made.close())
  return made
}

async function post (vault: Server, path: string, payload: object | Buffer): Promise<any> {
  const answer = await vault.inject({ method: 'POST', url: `/v1/${path}`, headers, payload })
  return answer.statusCode === 204 ? undefined : answer.json()
}

t.test('reset gives a client its rate back', async (t) => {
  const vault = server(t)
  await post(vault, 'sys/quotas/rate-limit/all', { path: '', rate: 1, interval: '1h' })
  vault.controls.begin()
  const status = async (): Promise<number> => (await vault.inject({ url: '/v1/sys/mounts', headers })).statusCode
  t.same([await status(), await status()], [200, 429])
  vault.controls.checkpoints.save('spent')
  vault.controls.reset()
  t.equal(await status(), 200)
  vault.controls.checkpoints.restore('spent')
  t.equal(await status(), 429)
})

t.test('a loaded snapshot is unloaded by reset, and there again after a restore', async (t) => {
  const vault = server(t)
  const { rawPayload } = await vault.inject({ url: '/v1/sys/storage/raft/snapshot', headers })
  const loaded = async (): Promise<number> => {
    const answer = await vault.inject({ method: 'LIST', url: '/v1/sys/storage/raft/snapshot-load', headers })
    return answer.json().data?.keys.length ?? 0
  }
  await post(vault, 'sys/storage/raft/snapshot-load', rawPayload)
  t.equal(await loaded(), 1)
  vault.controls.checkpoints.save('loaded')
  vault.controls.reset()
  t.equal(await loaded(), 0)
  vault.controls.checkpoints.restore('loaded')
  t.equal(await loaded(), 1)
})

t.test('a fork shows Prometheus\' form if its origin does', async (t) => {
  const { controls } = server(t, { profile: 'vault-1.14', prometheus: true })
  controls.checkpoints.save('here')
  t.equal(controls.checkpoints.fork('here').world.prometheus, true)
  const { controls: without } = server(t, { prometheus: false })
  t.equal(without.worlds.create('beside').world.prometheus, false)
})

/** East and west of three nodes each; the standbys of west were just sealed by the keys of east. */
function freshSecondary (): Pick<ReturnType<typeof assemble>, 'controls' | 'world'> {
  const { controls, world } = assemble({ seed: 7, time: 'manual', clusters: { east: { nodes: 3 }, west: { nodes: 3 } } })
  const [east, west] = ['east/raft_0', 'west/raft_0'].map((key) => world.clusters.get(key))
  if (east === undefined || west === undefined) throw new Error('a cluster is missing')
  enablePrimary(east, 'performance', { primaryClusterAddr: '' })
  const wish = { id: 'west', ttlSeconds: 600, publicKey: '', creationPath: 'sys/replication/performance/primary/secondary-token' }
  const { wrapInfo } = issueActivation(east, 'performance', wish)
  const enabled = enableSecondary(west, 'performance', { token: wrapInfo?.token ?? '', primaryApiAddr: '' })
  if (enabled instanceof Promise) throw new Error('the clusters are not in one world')
  return { controls, world }
}

t.test('the standbys of a fresh secondary go on voting in a fork and in a loaded world', async (t) => {
  const { controls, world } = freshSecondary()
  t.same(world.nodes.map(({ votesWhileSealed }) => votesWhileSealed), [false, false, false, false, true, true])
  controls.checkpoints.save('fresh')
  const fork = controls.checkpoints.fork('fresh')
  const loaded = assemble({ time: 'manual' })
  loadWorld(loaded.world, parseJson(printJson(saveWorld(world))))
  for (const copy of [fork.world, loaded.world]) {
    copy.network.cut('east/raft_2', 'west/raft_2')
    copy.timeline.advance(10_000)
    t.equal(copy.node('west', 'raft_0')?.isActive, true)
  }
})

t.test('a node that is unsealed by its start, or wiped, votes while sealed no more', async (t) => {
  const { controls, world } = freshSecondary()
  controls.nodes.restart('west/raft_1', { unseal: true })
  controls.nodes.wipe('west/raft_2')
  t.same(world.nodes.map(({ votesWhileSealed }) => votesWhileSealed), [false, false, false, false, false, false])
})
