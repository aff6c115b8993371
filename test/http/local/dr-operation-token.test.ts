// sys/replication/dr/secondary/generate-operation-token
import t, { type Test } from 'tap'
import { call, decodeToken, openTestWorld } from '../../replication/replicated.js'
import { vault } from '../../vault-server.js'
import type { NamedCluster } from '../../../src/index.js'

const BASE = 'sys/replication/dr/secondary/generate-operation-token'
const ANYONE = { token: null }

/** A DR secondary, and the key of its primary, which opens it. */
async function openSecondary (t: Test): Promise<{ readonly west: NamedCluster, readonly key: string | undefined }> {
  const { east, west } = await openTestWorld(t, { clusters: { east: {}, west: {} } })
  east.replicateTo(west, 'dr')
  return { west, key: east.unsealKeys[0] }
}

t.test('PUT attempt and update make a DR operation token from the keys of the primary', async (t) => {
  const { west, key } = await openSecondary(t)
  const { json: { nonce, otp } } = await call(west, 'PUT', `${BASE}/attempt`, {}, ANYONE)
  t.match((await call(west, 'GET', `${BASE}/attempt`, undefined, ANYONE)).json, { started: true, nonce, otp: '' })
  const { json } = await call(west, 'PUT', `${BASE}/update`, { key, nonce }, ANYONE)
  t.match(json, { complete: true, encoded_token: /./, encoded_root_token: '' })
  const token = decodeToken(json.encoded_token, otp)
  const configuration = await call(west, 'POST', 'sys/storage/raft/configuration', { dr_operation_token: token }, ANYONE)
  t.equal(configuration.status, 200)
})

t.test('PUT update with the key that the secondary had before is refused', async (t) => {
  const { east, west } = await openTestWorld(t, { clusters: { east: {}, west: {} } })
  const key = west.unsealKeys[0]
  east.replicateTo(west, 'dr')
  const { json: { nonce } } = await call(west, 'PUT', `${BASE}/attempt`, {}, ANYONE)
  const { status, json } = await call(west, 'PUT', `${BASE}/update`, { key, nonce }, ANYONE)
  t.equal(status, 400)
  t.match(json.errors[0], /^root generation aborted: /)
})

t.test('DELETE attempt cancels it', async (t) => {
  const { west } = await openSecondary(t)
  await call(west, 'PUT', `${BASE}/attempt`, {}, ANYONE)
  t.equal((await call(west, 'DELETE', `${BASE}/attempt`, undefined, ANYONE)).status, 204)
  t.match((await call(west, 'GET', `${BASE}/attempt`, undefined, ANYONE)).json, { started: false })
})

t.test('the ceremony is for DR secondaries', async (t) => {
  t.equal(await vault(t).verdict('GET', `${BASE}/attempt`), '400 Not a DR secondary.')
})

t.test('the ceremony is a stub in the community edition', async (t) => {
  const { verdict } = vault(t, { profile: 'vault-1.14', edition: 'ce' })
  t.equal(await verdict('GET', `${BASE}/attempt`), '404 enterprise-only feature')
})
