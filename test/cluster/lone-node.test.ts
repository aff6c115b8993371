// A node that votes alone leads within its unseal, so that the request that follows is served (observed: 8 to 16 ms).
import t, { type Test } from 'tap'
import { vault, type Vault } from '../vault-server.js'

const FRESH = { fixture: 'uninitialized', time: 'manual' } as const
const NOT_ACTIVE = '500 local node not active but active cluster node not found'

/** Initialises and unseals; how a token reads what only an active node tells, and how to unseal again. */
async function opened ({ send, verdict }: Vault): Promise<Record<'listMounts' | 'unseal', () => Promise<string>>> {
  const { body } = await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  const unseal = async (): Promise<string> => await verdict('PUT', 'sys/unseal', { key: body.keys[0] })
  t.equal(await unseal(), '200')
  const token = { 'x-vault-token': body.root_token }
  return { listMounts: async () => await verdict('GET', 'sys/mounts', undefined, token), unseal }
}

for (const time of ['manual', 'live'] as const) {
  t.test(`${time} time: the request after the first unseal is served`, async (t) => {
    const { listMounts } = await opened(vault(t, { ...FRESH, time }))
    t.equal(await listMounts(), '200')
  })
}

async function unsealedAfter (t: Test, close: (server: Vault) => Promise<unknown>): Promise<void> {
  const server = vault(t, FRESH)
  const { listMounts, unseal } = await opened(server)
  await close(server)
  t.match(await server.send('GET', 'sys/health'), { status: 503 })
  await unseal()
  t.equal(await listMounts(), '200')
}

t.test('so is the one after a seal and an unseal', async (t) => {
  await unsealedAfter(t, async ({ server }) => { server.controls.nodes.seal('raft_0') })
})

t.test('and the one after a kill, a start and an unseal', async (t) => {
  await unsealedAfter(t, async ({ server: { controls } }) => {
    controls.nodes.kill('raft_0')
    controls.nodes.start('raft_0')
  })
})

t.test('where raft only elects, the request after the bootstrap is served', async (t) => {
  const server = vault(t, { ...FRESH, raft: 'ha_storage' })
  const { listMounts } = await opened(server)
  t.equal(await server.verdict('POST', 'sys/storage/raft/bootstrap'), '200')
  t.equal(await listMounts(), '200')
})

t.test('a lone node that stepped down leads again after 10.5 s', async (t) => {
  const { verdict, advance } = vault(t, { time: 'manual' })
  t.equal(await verdict('PUT', 'sys/step-down'), '204')
  advance(10_400)
  t.equal(await verdict('GET', 'sys/mounts'), NOT_ACTIVE)
  advance(100)
  t.equal(await verdict('GET', 'sys/mounts'), '200')
})
