// Worlds that finish: who waits for an answer that will come has it, and nobody else is waited for.
import t from 'tap'
import { openWorld } from '../../src/index.js'

/** longer than the test may take */
const LONG_MS = 1_000_000

async function steered (url: string, path: string, body: object = {}): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const { ok } = await fetch(`${url}/_mock/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!ok) throw new Error(path)
}

/** @returns the status, or the error */
async function asked (url: string): Promise<unknown> {
  const asking = fetch(url, { headers: { 'X-Vault-Token': 'root' } })
  return await asking.then(({ status }) => status, (error: Error) => error.name)
}

t.test('requests that hang hold nothing up, at a rule and at a paused node', async (t) => {
  const world = await openWorld({ nodes: 2, nomad: { servers: 1 } })
  t.teardown(world.close)
  const [first, second] = world.nodes
  const url = first?.url ?? ''
  await steered(url, 'faults', { match: { path: 'secret/**' }, effect: { hang: true } })
  await steered(url, `nodes/${second?.id}/pause`)
  await steered(url, `nomad/servers/${encodeURIComponent(world.nomad[0]?.id ?? '')}/pause`)
  const places = [`${url}/v1/secret/data/x`, `${second?.url}/v1/sys/health`, `${world.nomad[0]?.url}/v1/regions`]
  const hanging = places.map(asked)
  // they have arrived once an answer to a later one is there
  for (let tries = 0; tries < 20; tries++) await asked(`${url}/v1/sys/health`)
  await world.finish(LONG_MS)
  t.same(await Promise.all(hanging), ['TypeError', 'TypeError', 'TypeError'])
})

t.test('one that is late is waited for', async (t) => {
  const world = await openWorld({})
  t.teardown(world.close)
  const url = world.nodes[0]?.url ?? ''
  await steered(url, 'faults', { match: { path: 'secret/**' }, effect: { latency: 300 } })
  const late = asked(`${url}/v1/secret/data/x`)
  for (let tries = 0; tries < 20; tries++) await asked(`${url}/v1/sys/health`)
  await world.finish(LONG_MS)
  t.equal(await late, 404)
})
