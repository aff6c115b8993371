// The gossip pool's memory: who has failed, who was declared gone, and whom it has forgotten.
import t from 'tap'
import { NomadRegion } from './region-of-servers.js'

const HOUR_MS = 3_600_000
const MEMBERS = 'GET /v1/agent/members'

/** Names in raft's configuration, as the first server shows it. */
async function names (nomad: NomadRegion): Promise<string[]> {
  const { body } = await nomad.send('GET /v1/operator/raft/configuration?stale')
  return body.Servers.map(({ Node }: { Node: string }) => Node)
}

async function statuses (nomad: NomadRegion): Promise<string[]> {
  return (await nomad.send(MEMBERS)).body.Members.map(({ Status }: { Status: string }) => Status)
}

t.test('a killed server is unknown once it is forgotten, a day later; started again it has its name back', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  nomad.stop(1)
  nomad.stop(2)
  nomad.advance(24 * HOUR_MS - 1)
  t.same(await names(nomad), ['server-0.global', 'server-1.global', 'server-2.global'])
  nomad.advance(1)
  t.same(await names(nomad), ['server-0.global', '(unknown)', '(unknown)'])
  t.same(await statuses(nomad), ['alive'])
  nomad.start(1)
  t.same(await names(nomad), ['server-0.global', 'server-1.global', '(unknown)'])
})

t.test('where there is a leader, who is forgotten loses its place in raft, autopilot or not', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  await nomad.send('PUT /v1/operator/autopilot/configuration', { body: { LastContactThreshold: '200ms' } })
  nomad.stop(2)
  nomad.advance(23 * HOUR_MS)
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
  nomad.advance(HOUR_MS)
  t.same(nomad.votes(), ['voter', 'voter', 'none'])
})

t.test('force-leave: a failed member has left, and is no peer', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  nomad.stop(2)
  t.same(await statuses(nomad), ['alive', 'alive', 'failed'])
  t.same(await nomad.says('PUT /v1/agent/force-leave?node=server-2.global', { to: 1 }), [200, ''])
  t.same(await statuses(nomad), ['alive', 'alive', 'left'])
  t.same(nomad.votes(), ['voter', 'voter', 'none'])
  nomad.start(2)
  t.same(await statuses(nomad), ['alive', 'alive', 'alive'])
})

t.test('force-leave with prune: it is forgotten at once', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  nomad.stop(2)
  await nomad.send('PUT /v1/agent/force-leave?node=server-2.global&prune=true')
  t.same(await statuses(nomad), ['alive', 'alive'])
})

t.test('force-leave of a living or a strange member changes nothing', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  t.same(await nomad.says('PUT /v1/agent/force-leave?node=server-2.global'), [200, ''])
  t.same(await nomad.says('PUT /v1/agent/force-leave?node=nobody'), [200, ''])
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
  t.same(await statuses(nomad), ['alive', 'alive', 'alive'])
})

t.test('force-leave without a leader: it has left, but stays a peer', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  nomad.stop(1)
  nomad.stop(2)
  nomad.advance(5000)
  await nomad.send('PUT /v1/agent/force-leave?node=server-2.global')
  t.same(await statuses(nomad), ['alive', 'failed', 'left'])
  t.same(nomad.votes(), ['voter', 'voter', 'voter'])
})

t.test('what is wrong with a force-leave', async (t) => {
  const nomad = new NomadRegion({ acl: true })
  t.same(await nomad.says('GET /v1/agent/force-leave'), [405, 'Invalid method'])
  t.same(await nomad.says('PUT /v1/agent/force-leave?node=x'), [403, 'Permission denied'])
  const unknown = { 'x-nomad-token': '00000000-0000-0000-0000-000000000000' }
  t.same(await nomad.says('PUT /v1/agent/force-leave?node=x', { headers: unknown }), [403, 'ACL token not found'])
  nomad.token = nomad.region.acl.bootstrap().secretId
  t.same(await nomad.says('PUT /v1/agent/force-leave'), [400, 'missing node to force leave'])
  t.same(await nomad.says('PUT /v1/agent/force-leave?node=x&prune=perhaps'), [400, 'invalid prune value'])
})

t.test('a saved world remembers who has left and who is forgotten', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  nomad.stop(1)
  await nomad.send('PUT /v1/agent/force-leave?node=server-1.global')
  nomad.stop(2)
  await nomad.send('PUT /v1/agent/force-leave?node=server-2.global&prune')
  await nomad.send('PUT /v1/agent/force-leave?node=server-2.global&prune=true')
  const { state } = nomad.region
  t.match(state.gossip, { left: [nomad.id(1), nomad.id(2)], reaped: [nomad.id(2)] })
  nomad.controls.checkpoints.save('gone')
  nomad.start(1)
  nomad.start(2)
  nomad.controls.checkpoints.restore('gone')
  t.same(nomad.world.nomad?.state, state)
})
