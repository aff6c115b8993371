// tap. Run: npx tap examples/testing/tap.js
import t from 'tap'
import { useVault } from 'vault-mock/testing'

const vault = useVault({
  before: (run) => t.before(run), after: (run) => t.teardown(run), beforeEach: (run) => t.beforeEach(run)
})

t.test('a token runs out', async (t) => {
  const { controls, url } = vault()
  const headers = { 'X-Vault-Token': 'root' }
  const created = await fetch(`${url}/v1/auth/token/create`, { method: 'POST', headers, body: '{"ttl":"768h"}' })
  const { auth } = await created.json()
  controls.time.skipUntil({ condition: 'token-expired', token: auth.accessor })
  t.equal((await fetch(`${url}/v1/auth/token/lookup-self`, { headers: { 'X-Vault-Token': auth.client_token } })).status, 403)
})
