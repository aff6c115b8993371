// node:test. Run: node --test examples/testing/node-test.js
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { useVault } from 'vault-mock/testing'

const vault = useVault({ before, after, beforeEach }, { nodes: 3 })

test('the application survives a change of leader', async () => {
  const { controls, nodes } = vault()
  controls.nodes.kill('raft_0')
  controls.time.skipUntil({ condition: 'leader-elected' })
  const codes = await Promise.all(nodes.slice(1).map(async ({ url }) => (await fetch(`${url}/v1/sys/health`)).status))
  assert.deepEqual(codes.sort(), [200, 429])
})

test('the application tries again after a 503', async () => {
  const { controls, url } = vault()
  controls.faults.add({ match: { path: 'secret/**', nth: 1 }, effect: { sealed: true } })
  const read = () => fetch(`${url}/v1/secret/data/app`, { headers: { 'X-Vault-Token': 'root' } })
  assert.equal((await read()).status, 503)
  assert.equal((await read()).status, 404)
  assert.equal(controls.journal.count({ path: 'secret/**' }), 2)
})
