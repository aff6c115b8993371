// sys/replication/dr: its paths one by one; the procedures of operators are in test/replication.
import t, { type Test } from 'tap'
import { activationToken, call, drOperationToken, openTestWorld, statusOf } from '../../replication/replicated.js'
import { NO_TOKEN, vault } from '../../vault-server.js'
import type { NamedCluster } from '../../../src/index.js'

const DR = 'sys/replication/dr'
const PAIR = { clusters: { east: {}, west: {} } } as const

interface DrPair {
  readonly east: NamedCluster
  /** the DR secondary of `east` */
  readonly west: NamedCluster
  readonly operationToken: string
}

async function openDrPair (t: Test): Promise<DrPair> {
  const { east, west } = await openTestWorld(t, PAIR)
  east.replicateTo(west, 'dr')
  return { east, west, operationToken: await drOperationToken(west, east.unsealKeys[0] ?? '') }
}

t.test('GET dr/status tells all clients the mode alone while replication is off', async (t) => {
  t.same(await vault(t).data('GET', `${DR}/status`, undefined, NO_TOKEN), { mode: 'disabled' })
})

t.test('GET dr/status tells a primary from its secondary', async (t) => {
  const { east, west } = await openDrPair(t)
  const primary = await statusOf(east, 'dr')
  t.match(primary, { mode: 'primary', state: 'running', known_secondaries: ['west'], last_dr_wal: Number })
  t.match(await statusOf(west, 'dr'), {
    mode: 'secondary', state: 'stream-wals', secondary_id: 'west', cluster_id: primary.cluster_id
  })
})

t.test('POST dr/primary/enable answers with a warning; a second one is refused', async (t) => {
  const { send, verdict } = vault(t)
  const { status, body } = await send('POST', `${DR}/primary/enable`, {})
  t.equal(status, 200)
  t.match(body.warnings, [/being enabled as a primary for replication/])
  t.equal(await verdict('POST', `${DR}/primary/enable`, {}), '400 cluster is already a replication primary')
})

t.test('POST dr/secondary/promote makes a primary of a secondary', async (t) => {
  const { west, operationToken } = await openDrPair(t)
  const body = { dr_operation_token: operationToken }
  t.equal((await call(west, 'POST', `${DR}/secondary/promote`, body, { token: null })).status, 200)
  t.match(await statusOf(west, 'dr'), { mode: 'primary' })
})

t.test('POST dr/secondary/promote asks for the DR operation token, and for the right one', async (t) => {
  const { west } = await openDrPair(t)
  t.same(await call(west, 'POST', `${DR}/secondary/promote`, {}), {
    status: 400, json: { errors: ['DR operation token was not provided'] }
  })
  t.same(await call(west, 'POST', `${DR}/secondary/promote`, { dr_operation_token: 'wrong' }), {
    status: 403, json: { errors: ['permission denied'] }
  })
})

t.test('POST dr/secondary/disable makes a cluster of its own', async (t) => {
  const { west, operationToken } = await openDrPair(t)
  const answer = await call(west, 'POST', `${DR}/secondary/disable`, { dr_operation_token: operationToken })
  t.equal(answer.status, 200)
  t.same(await statusOf(west, 'dr'), { mode: 'disabled' })
})

t.test('POST dr/secondary/update-primary takes addresses in place of a token, not both', async (t) => {
  const { west, operationToken } = await openDrPair(t)
  const path = `${DR}/secondary/update-primary`
  const addresses = { dr_operation_token: operationToken, update_primary_addrs: ['https://127.0.0.1:9999'] }
  t.same(await call(west, 'POST', path, { ...addresses, token: 'a' }), {
    status: 400, json: { errors: ['token and update_primary_addrs are mutually exclusive'] }
  })
  t.equal((await call(west, 'POST', path, addresses)).status, 200)
  t.match(await statusOf(west, 'dr'), { known_primary_cluster_addrs: ['https://127.0.0.1:9999'] })
})

t.test('POST dr/primary/revoke-secondary is for those that are known', async (t) => {
  const { east } = await openDrPair(t)
  const path = `${DR}/primary/revoke-secondary`
  t.equal((await call(east, 'POST', path, { id: 'west' })).status, 204)
  t.same((await statusOf(east, 'dr')).known_secondaries, [])
  t.same(await call(east, 'POST', path, { id: 'nobody' }), {
    status: 400, json: { errors: ['no secondary found with id "nobody"'] }
  })
})

t.test('POST dr/secondary/generate-public-key is for those that are no primary', async (t) => {
  const { verdict, data, send } = vault(t)
  t.match(await data('POST', `${DR}/secondary/generate-public-key`), { secondary_public_key: String })
  await send('POST', `${DR}/primary/enable`, {})
  t.equal(
    await verdict('POST', `${DR}/secondary/generate-public-key`),
    '400 replication is already enabled on this cluster'
  )
})

t.test('POST dr/secondary/operation-token/delete ends a DR operation token', async (t) => {
  const { west, operationToken } = await openDrPair(t)
  const path = `${DR}/secondary/operation-token/delete`
  const body = { dr_operation_token: operationToken }
  t.equal((await call(west, 'POST', path, body)).status, 204)
  t.equal((await call(west, 'POST', path, body)).status, 403)
})

t.test('POST dr/secondary/config/reload/license reloads it; nothing else can be reloaded', async (t) => {
  const { west, operationToken } = await openDrPair(t)
  const body = { dr_operation_token: operationToken }
  t.equal((await call(west, 'POST', `${DR}/secondary/config/reload/license`, body)).status, 204)
  t.equal((await call(west, 'POST', `${DR}/secondary/config/reload/colours`, body)).status, 404)
})

t.test('POST dr/secondary/{recover,reindex,merkle-check} keep a secondary up', async (t) => {
  const { west, operationToken } = await openDrPair(t)
  const body = { dr_operation_token: operationToken }
  for (const word of ['recover', 'reindex']) {
    const { status, json } = await call(west, 'POST', `${DR}/secondary/${word}`, body)
    t.equal(status, 200, word)
    t.equal(json.warnings.length, 1, word)
  }
  const { json } = await call(west, 'POST', `${DR}/secondary/merkle-check`, body)
  t.match(json.data.merkle_corruption_report, { corrupted_root: false })
})

t.test('an activation token of DR replication is none for performance replication', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  await call(east, 'POST', `${DR}/primary/enable`, {})
  const token = await activationToken(east, 'dr', 'a')
  t.same(await call(west, 'POST', 'sys/replication/performance/secondary/enable', { token }), {
    status: 400, json: { errors: ['activation token is not valid for this type of replication'] }
  })
})
