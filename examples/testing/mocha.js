// mocha. Run: npx mocha examples/testing/mocha.js
import assert from 'node:assert/strict'
import { after, before, beforeEach, it } from 'mocha'
import { useVault } from 'vault-mock/testing'

const vault = useVault({ before, after, beforeEach }, {
  secrets: { 'secret/app': { password: 'changeme' } },
  policies: { app: { path: { 'secret/data/app': { capabilities: ['read'] } } } },
  tokens: { 'app-token': { policies: ['app'] } }
})

it('the application reads its own secret, and nothing else', async () => {
  const headers = { 'X-Vault-Token': 'app-token' }
  const read = (path) => fetch(`${vault().url}/v1/secret/data/${path}`, { headers })
  const { data } = await (await read('app')).json()
  assert.equal(data.data.password, 'changeme')
  assert.equal((await read('other')).status, 403)
})
