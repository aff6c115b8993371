// X-Vault-Index: a client's own writes, asked for at the secondary.
import t from 'tap'
import { call, openTestWorld } from '../replication/replicated.js'
import type { NamedCluster } from '../../src/index.js'

const PAIR = { clusters: { east: {}, west: {} } } as const

async function writeAndKeepIndex (cluster: NamedCluster, name: string): Promise<string> {
  const answer = await cluster.inject({ method: 'POST', url: `/v1/secret/data/${name}`, headers: { 'x-vault-token': 'root' }, payload: { data: { name } } })
  return String(answer.headers['x-vault-index'])
}

t.test('the state of a write names the replication set, and is asked for where the write went', async (t) => {
  const world = await openTestWorld(t, PAIR)
  const { east, west } = world
  east.replicateTo(west)
  const index = await writeAndKeepIndex(east, 'a')
  t.match(Buffer.from(index, 'base64').toString(), /^v1:[0-9a-f-]{36}:\d+:\d+:[0-9a-f]{64}$/)
  const wanted = { headers: { 'x-vault-index': index } }
  t.equal((await call(west, 'GET', 'secret/data/a', undefined, wanted)).status, 200)
  world.cut(east, west)
  const later = { headers: { 'x-vault-index': await writeAndKeepIndex(east, 'b') } }
  t.match(await call(west, 'GET', 'secret/data/a', undefined, later), { status: 412, json: { errors: ['required index state not present'] } })
  world.heal()
  t.equal((await call(west, 'GET', 'secret/data/b', undefined, later)).status, 200)
})

t.test('what is no state is refused', async (t) => {
  const { east } = await openTestWorld(t, PAIR)
  for (const index of ['x', Buffer.from('v1:a:1:1:00').toString('base64')]) {
    t.match(await call(east, 'GET', 'sys/mounts', undefined, { headers: { 'x-vault-index': index } }), { status: 400, json: { errors: ['invalid full state header format'] } })
  }
})

t.test('without replication there is no such header', async (t) => {
  const { east } = await openTestWorld(t, PAIR)
  t.equal(await writeAndKeepIndex(east, 'a'), 'undefined')
})
