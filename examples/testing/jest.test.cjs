// jest as it comes, with `require`. Run: npx jest examples/testing/jest.test.cjs
const { useVault } = require('vault-mock/testing')

const vault = useVault({ before: beforeAll, after: afterAll, beforeEach }, { fixture: 'sealed-standby' })

test('health tells sealed, standby and active nodes apart', async () => {
  const codes = await Promise.all(vault().nodes.map(async ({ url }) => (await fetch(`${url}/v1/sys/health`)).status))
  expect(codes).toEqual([200, 503, 429])
})
