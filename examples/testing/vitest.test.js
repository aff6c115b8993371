// vitest. Run: npx vitest run examples/testing/vitest.test.js
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { useVault } from 'vault-mock/testing'

const vault = useVault({ before: beforeAll, after: afterAll, beforeEach })

test('a sealed Vault is told from one that is down', async () => {
  const { controls, url } = vault()
  controls.nodes.seal('raft_0')
  expect((await fetch(`${url}/v1/sys/health`)).status).toBe(503)
  controls.nodes.kill('raft_0')
  await expect(fetch(`${url}/v1/sys/health`)).rejects.toThrow()
})
