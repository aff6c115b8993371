// sys/replication/performance: its paths one by one; what flows and what stays is in test/replication.
import t, { type Test } from 'tap'
import { call, openTestWorld, statusOf } from '../../replication/replicated.js'
import { DENIED, NO_TOKEN, vault } from '../../vault-server.js'
import type { NamedCluster } from '../../../src/index.js'

const PERFORMANCE = 'sys/replication/performance'
const FILTER = `${PERFORMANCE}/primary/paths-filter/west`

/** `west` is the performance secondary of `east`, which has a mount `team/`. */
async function openPair (t: Test): Promise<{ readonly east: NamedCluster, readonly west: NamedCluster }> {
  const { east, west } = await openTestWorld(t, { clusters: { east: {}, west: {} } })
  await call(east, 'POST', 'sys/mounts/team', { type: 'kv' })
  east.replicateTo(west)
  return { east, west }
}

t.test('GET performance/status tells all clients the mode alone while replication is off', async (t) => {
  t.same(await vault(t).data('GET', `${PERFORMANCE}/status`, undefined, NO_TOKEN), { mode: 'disabled' })
})

t.test('GET performance/status of OpenBao asks for a token before it says that there is no such path', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  t.equal(await verdict('GET', `${PERFORMANCE}/status`, undefined, NO_TOKEN), '403 permission denied')
  t.match(await verdict('GET', `${PERFORMANCE}/status`), /^404 /)
})

t.test('GET performance/status has the fields of 1.15 and later where the server is one', async (t) => {
  const late = vault(t, { profile: 'vault-1.21' })
  await late.send('POST', `${PERFORMANCE}/primary/enable`, {})
  t.match(await late.data('GET', `${PERFORMANCE}/status`), { corrupted_merkle_tree: false })
  const early = vault(t, { profile: 'vault-1.14' })
  await early.send('POST', `${PERFORMANCE}/primary/enable`, {})
  t.notOk('corrupted_merkle_tree' in await early.data('GET', `${PERFORMANCE}/status`))
})

t.test('POST performance/primary/{enable,demote,disable} warn, and change the mode', async (t) => {
  const { send, data } = vault(t)
  for (const [word, mode] of [['enable', 'primary'], ['demote', 'secondary']] as const) {
    const { status, body } = await send('POST', `${PERFORMANCE}/primary/${word}`, {})
    t.equal(status, 200, word)
    t.equal(body.warnings.length, 1, word)
    t.match(await data('GET', `${PERFORMANCE}/status`), { mode })
  }
})

t.test('POST performance/primary/disable switches replication off', async (t) => {
  const { send, data } = vault(t)
  await send('POST', `${PERFORMANCE}/primary/enable`, {})
  t.equal((await send('POST', `${PERFORMANCE}/primary/disable`)).status, 200)
  t.same(await data('GET', `${PERFORMANCE}/status`), { mode: 'disabled' })
})

t.test('POST performance/primary/secondary-token gives a wrapped activation token', async (t) => {
  const { send } = vault(t)
  await send('POST', `${PERFORMANCE}/primary/enable`, {})
  const { body } = await send('POST', `${PERFORMANCE}/primary/secondary-token`, { id: 'west', ttl: '1h' })
  t.match(body, {
    data: null, wrap_info: { ttl: 3600, creation_path: `${PERFORMANCE}/primary/secondary-token` }
  })
})

t.test('POST performance/primary/secondary-token needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  await send('POST', `${PERFORMANCE}/primary/enable`, {})
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/replication/*" { capabilities = ["update"] }' })
  const asP = await tokenHeader({ policies: ['p'] })
  t.equal(await verdict('POST', `${PERFORMANCE}/primary/secondary-token`, { id: 'a' }, asP), DENIED)
})

t.test('POST performance/secondary/promote makes a primary of a secondary', async (t) => {
  const { west } = await openPair(t)
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, {})).status, 200)
  t.match(await statusOf(west, 'performance'), { mode: 'primary' })
})

t.test('POST performance/secondary/disable keeps the data', async (t) => {
  const { west } = await openPair(t)
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/disable`)).status, 200)
  t.same(await statusOf(west, 'performance'), { mode: 'disabled' })
  t.ok((await call(west, 'GET', 'sys/mounts')).json.data['team/'])
})

t.test('POST performance/primary/paths-filter/:id holds mounts back; GET shows it, DELETE ends it', async (t) => {
  const { east, west } = await openPair(t)
  t.equal((await call(east, 'POST', FILTER, { mode: 'deny', paths: ['team/'] })).status, 204)
  t.same((await call(east, 'GET', FILTER)).json.data, { mode: 'deny', paths: ['team/'] })
  t.notOk((await call(west, 'GET', 'sys/mounts')).json.data['team/'])
  t.equal((await call(east, 'DELETE', FILTER)).status, 204)
  t.equal((await call(east, 'GET', FILTER)).status, 404)
  t.ok((await call(west, 'GET', 'sys/mounts')).json.data['team/'])
})

t.test('POST performance/primary/paths-filter/:id refuses other modes and mounts of the system', async (t) => {
  const { east } = await openPair(t)
  t.same(await call(east, 'POST', FILTER, { mode: 'maybe' }), {
    status: 400, json: { errors: ['invalid filter mode "maybe", must be "allow" or "deny"'] }
  })
  t.same(await call(east, 'POST', FILTER, { mode: 'deny', paths: ['sys/'] }), {
    status: 400, json: { errors: ['cannot filter path "sys/"'] }
  })
})

t.test('GET dynamic-filter/:id shows on both sides what is held back', async (t) => {
  const { east, west } = await openPair(t)
  const shown = async (cluster: NamedCluster, role: string): Promise<unknown> =>
    (await call(cluster, 'GET', `${PERFORMANCE}/${role}/dynamic-filter/west`)).json.data
  t.same(await shown(east, 'primary'), { dynamic_filtered_mounts: [], dynamic_filtered_namespaces: [] })
  await call(east, 'POST', FILTER, { mode: 'deny', paths: ['team/'] })
  for (const [cluster, role] of [[east, 'primary'], [west, 'secondary']] as const) {
    t.same(await shown(cluster, role), { dynamic_filtered_mounts: ['team/'], dynamic_filtered_namespaces: [] })
  }
})

t.test('GET performance/secondary/dynamic-filter/:id is for secondaries', async (t) => {
  t.equal(
    await vault(t).verdict('GET', `${PERFORMANCE}/secondary/dynamic-filter/a`),
    '400 cluster is not a replication secondary'
  )
})

t.test('…/primary/mount-filter is the paths filter in the words of 0.8, where its documentation is followed', async (t) => {
  const { east, west } = await openPair(t)
  const OLD = `${PERFORMANCE}/primary/mount-filter/west`
  t.equal((await call(east, 'GET', OLD)).status, 404)
  t.equal((await call(east, 'POST', OLD, { mode: 'blacklist', paths: ['team/'] })).status, 204)
  t.same((await call(east, 'GET', OLD)).json.data, { mode: 'blacklist', paths: ['team/'] })
  t.same((await call(east, 'GET', FILTER)).json.data, { mode: 'deny', paths: ['team/'] })
  t.notOk('team/' in (await call(west, 'GET', 'sys/mounts')).json.data)
  t.match(await call(east, 'POST', OLD, { mode: 'deny' }), {
    status: 400, json: { errors: ['invalid filter mode "deny", must be "whitelist" or "blacklist"'] }
  })
  t.equal((await call(east, 'DELETE', OLD)).status, 204)
  t.equal((await call(east, 'GET', FILTER)).status, 404)
})

t.test('…/primary/mount-filter is gone since 1.11', async (t) => {
  const { send, verdict } = vault(t, { profile: 'vault-1.14' })
  await send('POST', `${PERFORMANCE}/primary/enable`, {})
  t.match(await verdict('GET', `${PERFORMANCE}/primary/mount-filter/west`), /^404 .*unsupported path/s)
})
