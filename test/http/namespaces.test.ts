// What nodes answer by themselves, in requests that name a namespace.
import t from 'tap'
import { vault } from '../vault-server.js'

const HEADER = { 'x-vault-namespace': 'ns1' } as const
const NONE = { 'x-vault-namespace': '/' } as const

t.test('GET health and its like are refused in a namespace, whether or not it is there', async (t) => {
  const ent = vault(t)
  const bao = vault(t, { profile: 'openbao-2.5' })
  for (const path of ['sys/health', 'sys/init']) {
    t.equal(await ent.verdict('GET', path, undefined, HEADER), '404 unsupported path', path)
    t.equal(await bao.verdict('GET', path, undefined, HEADER), '400 operation unavailable in namespaces', path)
    t.equal(await ent.verdict('GET', path, undefined, NONE), '200', path)
  }
  t.equal(await ent.verdict('PUT', 'sys/seal', undefined, HEADER), '404 unsupported path')
  t.equal(await bao.verdict('PUT', 'sys/seal', undefined, HEADER), '400 operation unavailable in namespaces')
})

t.test('GET seal-status and leader are answered in a namespace', async (t) => {
  for (const profile of ['documented', 'openbao-2.5'] as const) {
    const { verdict } = vault(t, { profile })
    for (const path of ['sys/seal-status', 'sys/leader']) t.equal(await verdict('GET', path, undefined, HEADER), '200', path)
  }
})

t.test("Vault's community edition answers all of them", async (t) => {
  t.equal(await vault(t, { edition: 'ce' }).verdict('GET', 'sys/health', undefined, HEADER), '200')
})
