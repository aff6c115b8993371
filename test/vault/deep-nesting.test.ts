// Values nested as deep as the real servers take them: 10,000 levels, in everything that looks at a value.
import t from 'tap'
import { parseJson, printJson, type JsonValue } from '../../src/json/index.js'
import { createServer } from '../../src/index.js'
import { loadWorld, saveWorld } from '../../src/world/saved-world.js'
import { World } from '../../src/world/world.js'
import { vault } from '../vault-server.js'

/** So many arrays within each other. */
const arrays = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const maps = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)

const STORES = [
  ['kv1/a', (deep: string) => `{"x":${deep}}`],
  ['cubbyhole/a', (deep: string) => `{"x":${deep}}`],
  ['secret/data/a', (deep: string) => `{"data":{"x":${deep}}}`]
] as const

for (const nested of [arrays, maps]) {
  for (const [path, body] of STORES) {
    t.test(`${nested.name} at ${path}: taken, read, overwritten and deleted, or refused and not stored`, async (t) => {
      const { send } = vault(t)
      await send('POST', 'sys/mounts/kv1', { type: 'kv' })
      await send('POST', 'sys/audit/file', { type: 'file', options: { file_path: 'discard' } })
      t.match(await send('POST', path, body(nested(10_001))), { status: 400, body: { errors: ['error parsing JSON'] } })
      t.equal((await send('GET', path)).status, 404)
      for (const levels of [300, 9990, 9990]) {
        t.ok((await send('POST', path, body(nested(levels)))).status < 300, `${levels} levels`)
        t.ok((await send('GET', path)).text.includes(`{"x":${nested(levels)}}`))
      }
      t.equal((await send('DELETE', path)).status, 204)
    })
  }
}

t.test('a deep world is patched, snapshot, restored, saved, loaded, shown and unmounted', async (t) => {
  const { send, server } = vault(t)
  await send('POST', 'sys/mounts/kv1', { type: 'kv' })
  await send('POST', 'kv1/a', `{"x":${arrays(9990)}}`)
  await send('POST', 'secret/data/a', `{"data":{"x":${maps(9990)}}}`)
  const patch = { 'content-type': 'application/merge-patch+json' }
  t.equal((await send('PATCH', 'secret/data/a', `{"data":{"x":${maps(9990)}}}`, patch)).status, 200)
  t.equal((await send('GET', 'secret/subkeys/a')).status, 200)
  const archive = await server.inject({ url: '/v1/sys/storage/raft/snapshot', headers: { 'x-vault-token': 'root' } })
  t.equal((await send('POST', 'sys/storage/raft/snapshot', archive.rawPayload)).status, 204)
  const saved = saveWorld(server.world)
  const other = new World({ seed: 2, time: 'manual' })
  loadWorld(other, parseJson(printJson(saved)))
  t.equal(printJson(saveWorld(other)), printJson(saved))
  for (const path of ['../_mock/state', '../_mock/journal']) t.equal((await send('GET', path)).status, 200, path)
  t.equal((await send('DELETE', 'sys/mounts/kv1')).status, 204)
})

t.test('whatever else takes a deep value answers it', async (t) => {
  const { send } = vault(t)
  const fields = ['type', 'policy', 'policies', 'meta', 'options', 'config', 'metadata', 'paths', 'data', 'x']
  for (const path of [
    'sys/mounts/zz', 'sys/policies/acl/p', 'auth/token/create', 'sys/wrapping/wrap', 'identity/entity', 'sys/tools/hash',
    'sys/capabilities-self', 'sys/auth/up', 'sys/config/cors', 'sys/quotas/rate-limit/q', 'sys/audit/f', 'sys/remount'
  ]) {
    for (const nested of [arrays, maps]) {
      const body = `{${fields.map((name) => `"${name}":${nested(9990)}`).join(',')}}`
      t.notMatch((await send('POST', path, body)).text, 'internal error', path)
    }
  }
})

t.test('what cannot be stored leaves nothing behind', async (t) => {
  const { storage } = createServer({ seed: 1 }).world.nodes[0]!
  const root = storage.root('replicated')
  t.throws(() => storage.put('replicated/a', NaN as JsonValue), TypeError)
  t.equal(storage.get('replicated/a'), undefined)
  t.equal(storage.root('replicated'), root)
})
