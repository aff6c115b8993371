// jest, with its support for ECMAScript modules. Run:
// NODE_OPTIONS=--experimental-vm-modules npx jest examples/testing/jest.test.js
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { useVault } from 'vault-mock/testing'

const vault = useVault({ before: beforeAll, after: afterAll, beforeEach }, { fixture: 'sealed-standby', nodes: 3 })

test('health tells sealed, standby and active nodes apart', async () => {
  const codes = await Promise.all(vault().nodes.map(async ({ url }) => (await fetch(`${url}/v1/sys/health`)).status))
  expect(codes).toEqual([200, 503, 429])
})
