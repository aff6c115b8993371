// transit/keys with auto_rotate_period: keys that rotate by themselves, on the simulated clock
import t from 'tap'
import { NEW_YEAR } from '../../vault-server.js'
import { call, openTestWorld } from '../../replication/replicated.js'
import { copyOf, TEXT, transit, type Transit } from './transit-server.js'

const HOUR_MS = 3_600_000

async function versionOf ({ read }: Transit, name = 'mine'): Promise<number> {
  return (await read(`keys/${name}`)).latest_version
}

t.test('a key rotates when its time has come, again and again', async (t) => {
  const server = await transit(t, NEW_YEAR)
  await server.key('mine', { auto_rotate_period: '24h' })
  server.advance(24 * HOUR_MS - 1)
  t.equal(await versionOf(server), 1)
  server.advance(1)
  t.equal(await versionOf(server), 2)
  server.advance(48 * HOUR_MS)
  t.equal(await versionOf(server), 4)
  const { keys } = await server.read('keys/mine')
  t.equal(keys[4] - keys[1], 3 * 86_400)
})

t.test('what was encrypted before still decrypts', async (t) => {
  const { key, write, advance } = await transit(t, NEW_YEAR)
  await key('mine', { auto_rotate_period: '1h' })
  const { ciphertext } = await write('encrypt/mine', { plaintext: TEXT })
  advance(2 * HOUR_MS)
  t.equal((await write('decrypt/mine', { ciphertext })).plaintext, TEXT)
  t.equal((await write('encrypt/mine', { plaintext: TEXT })).key_version, 3)
})

t.test('a rotation by hand, another period, or none counts from the latest version', async (t) => {
  const server = await transit(t, NEW_YEAR)
  const { key, write, advance } = server
  await key('mine', { auto_rotate_period: '2h' })
  advance(HOUR_MS)
  await write('keys/mine/rotate')
  advance(HOUR_MS)
  t.equal(await versionOf(server), 2, 'the first version\'s time is no matter')
  await write('keys/mine/config', { auto_rotate_period: '5h' })
  advance(2 * HOUR_MS)
  t.equal(await versionOf(server), 2)
  advance(2 * HOUR_MS)
  t.equal(await versionOf(server), 3)
  await write('keys/mine/config', { auto_rotate_period: 0 })
  advance(100 * HOUR_MS)
  t.equal(await versionOf(server), 3)
})

t.test('RSA keys are made in the thread pool, and count from the instant that was due', async (t) => {
  const server = await transit(t, NEW_YEAR)
  await server.key('mine', { type: 'rsa-2048', auto_rotate_period: '1h' })
  server.advance(HOUR_MS)
  while (await versionOf(server) < 2) await new Promise((resolve) => setImmediate(resolve))
  const { keys } = await server.read('keys/mine')
  t.equal(Date.parse(keys[2].creation_time) - Date.parse(keys[1].creation_time), HOUR_MS)
})

t.test('a deleted key, and a mount that is gone, rotate no more', async (t) => {
  const server = await transit(t, NEW_YEAR)
  await server.key('mine', { auto_rotate_period: '1h' })
  await server.key('other', { auto_rotate_period: '1h' })
  await server.write('keys/mine/config', { deletion_allowed: true })
  await server.send('DELETE', 'transit/keys/mine')
  server.advance(HOUR_MS)
  t.equal((await server.send('GET', 'transit/keys/mine')).status, 404)
  t.equal(await versionOf(server, 'other'), 2)
  await server.send('DELETE', 'sys/mounts/transit')
  server.advance(HOUR_MS)
  t.equal((await server.send('GET', 'sys/health')).status, 200)
})

t.test('a mount that has moved goes on rotating its keys', async (t) => {
  const { key, send, data, advance } = await transit(t, NEW_YEAR)
  await key('mine', { auto_rotate_period: '1h' })
  await send('POST', 'sys/remount', { from: 'transit', to: 'moved' })
  advance(HOUR_MS)
  t.equal((await data('GET', 'moved/keys/mine')).latest_version, 2)
})

t.test('a saved world goes on where it was', async (t) => {
  const options = { ...NEW_YEAR, rootToken: 'root' }
  const server = await transit(t, options)
  await server.key('mine', { auto_rotate_period: '1h' })
  const copy = await copyOf(t, server, options)
  copy.advance(HOUR_MS)
  t.equal(await versionOf(copy), 2)
  t.equal(await versionOf(server), 1)
})

t.test('of a replicated mount the primary rotates the keys, and after its promotion the secondary', async (t) => {
  const clusters = { east: { nodes: 1 }, west: { nodes: 1 } }
  const { east, west, controls } = await openTestWorld(t, { clusters, time: 'manual' })
  const version = async (cluster: typeof east, path: string): Promise<number> => {
    return (await call(cluster, 'GET', `${path}/keys/mine`)).json.data.latest_version
  }
  east.replicateTo(west, 'performance')
  await call(east, 'POST', 'sys/mounts/transit', { type: 'transit' })
  await call(west, 'POST', 'sys/mounts/here', { type: 'transit', local: true })
  const key = { auto_rotate_period: '1h' }
  await call(west, 'POST', 'transit/keys/mine', key)
  await call(west, 'POST', 'here/keys/mine', key)
  controls.time.advance(HOUR_MS)
  t.strictSame([await version(east, 'transit'), await version(west, 'transit'), await version(west, 'here')], [2, 2, 2])
  await call(east, 'POST', 'sys/replication/performance/primary/disable', {})
  await call(west, 'POST', 'sys/replication/performance/secondary/promote', { force: true })
  controls.time.advance(HOUR_MS)
  t.equal(await version(west, 'transit'), 3)
})

t.test('an imported key rotates by itself only where that is allowed', async (t) => {
  const { refusal } = await transit(t)
  const body = { ciphertext: 'AAAA', auto_rotate_period: '1h' }
  t.match(await refusal('keys/mine/import', body), /allow_rotation must be set to true if auto-rotation is enabled/)
})
