// A DR operation token in place of a Vault token, as the command line sends it: `autopilot state -dr-token`, or
// `VAULT_TOKEN=… vault operator raft list-peers`.
import t, { type Test } from 'tap'
import { call, drOperationToken, openTestWorld } from '../replication/replicated.js'
import type { NamedCluster } from '../../src/index.js'

const RAFT = 'sys/storage/raft'
const READABLE = ['autopilot/state', 'autopilot/configuration', 'configuration']

interface Pair { readonly east: NamedCluster, readonly west: NamedCluster, readonly token: string }

async function openPair (t: Test): Promise<Pair> {
  const { east, west } = await openTestWorld(t, { clusters: { east: {}, west: {} } })
  east.replicateTo(west, 'dr')
  return { east, west, token: await drOperationToken(west, east.unsealKeys[0] ?? '') }
}

t.test('GET of the raft of a DR secondary takes a DR operation token in X-Vault-Token', async (t) => {
  const { west, token } = await openPair(t)
  for (const path of READABLE) {
    t.equal((await call(west, 'GET', `${RAFT}/${path}`, undefined, { token })).status, 200, path)
  }
})

t.test('with any other token, the root token among them, the paths stay disabled', async (t) => {
  const { west } = await openPair(t)
  for (const token of ['root', 'wrong', null]) {
    for (const path of READABLE) {
      t.match(await call(west, 'GET', `${RAFT}/${path}`, undefined, { token }), {
        status: 400, json: { errors: ['path disabled in replication DR secondary mode'] }
      })
    }
  }
})

t.test('a write takes it there, too, where the body has none', async (t) => {
  const { west, token } = await openPair(t)
  const settings = { max_trailing_logs: 777 }
  t.equal((await call(west, 'PUT', `${RAFT}/autopilot/configuration`, settings, { token })).status, 204)
  const { json } = await call(west, 'GET', `${RAFT}/autopilot/configuration`, undefined, { token })
  t.equal(json.data.max_trailing_logs, 777)
  const peer = { server_id: 'nobody', dr_operation_token: '' }
  t.not((await call(west, 'PUT', `${RAFT}/remove-peer`, peer, { token })).status, 403)
  t.equal((await call(west, 'PUT', `${RAFT}/autopilot/configuration`, settings)).status, 400, 'a root token is none')
})

t.test('the token in the body is the one that counts', async (t) => {
  const { west, token } = await openPair(t)
  const body = { dr_operation_token: 'wrong' }
  t.equal((await call(west, 'POST', `${RAFT}/configuration`, body, { token })).status, 403)
})

t.test('a DR operation token is no token for anything else', async (t) => {
  const { east, west, token } = await openPair(t)
  t.equal((await call(west, 'GET', 'sys/mounts', undefined, { token })).status, 400)
  t.equal((await call(east, 'GET', `${RAFT}/configuration`, undefined, { token })).status, 403, 'nor on a primary')
})

t.test('an orphan batch token of the primary reads what its policies let it read', async (t) => {
  const { east, west } = await openTestWorld(t, { clusters: { east: {}, west: {} } })
  const policy = `path "${RAFT}/autopilot/state" { capabilities = ["read"] }`
  await call(east, 'PUT', 'sys/policies/acl/look', { policy })
  const role = { allowed_policies: 'look', orphan: true, renewable: false, token_type: 'batch' }
  await call(east, 'POST', 'auth/token/roles/look', role)
  const { json } = await call(east, 'POST', 'auth/token/create/look', {})
  east.replicateTo(west, 'dr')
  const token = json.auth.client_token
  t.equal((await call(west, 'GET', `${RAFT}/autopilot/state`, undefined, { token })).status, 200)
  t.equal((await call(west, 'GET', `${RAFT}/configuration`, undefined, { token })).status, 400)
  t.equal((await call(west, 'POST', `${RAFT}/autopilot/state`, { dr_operation_token: token })).status, 403, 'to write is another matter')
})
