// The documentation's remove-peer at its own sample cluster, whose other node has no listener: nobody is left waiting.
import t from 'tap'
import { vault } from '../vault-server.js'

const REMOVED = '500 node was removed from a HA cluster'
const REMOVE_PEER = 'sys/storage/raft/remove-peer'

t.test('documented: a leader that removed itself says so', async (t) => {
  const { verdict, send } = vault(t, { fixture: 'documented', time: 'manual' })
  t.equal(await verdict('POST', REMOVE_PEER, { server_id: 'raft1', dr_operation_token: '' }), '204')
  t.equal(await verdict('GET', 'sys/storage/raft/configuration'), REMOVED)
  t.equal(await verdict('GET', 'secret/data/x'), REMOVED)
  t.match(await send('GET', 'sys/health'), { status: 503, body: { initialized: true, sealed: true } })
})

t.test('documented: the other node leads alone', async (t) => {
  const { verdict, server } = vault(t, { fixture: 'documented', time: 'manual' })
  await verdict('POST', REMOVE_PEER, { server_id: 'raft1' })
  t.equal(server.world.nodes[1]?.isActive, true)
})
