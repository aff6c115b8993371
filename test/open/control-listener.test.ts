// The controls' own address: it answers whatever becomes of the nodes.
import t, { type Test } from 'tap'
import { openWorld, type OpenOptions, type RunningWorld } from '../../src/open/open-world.js'

async function worldFor (t: Test, options: OpenOptions = {}): Promise<RunningWorld & { readonly control: string }> {
  const world = await openWorld({ controlListen: true, ...options })
  t.teardown(world.close)
  return { ...world, control: world.controlUrl ?? '' }
}

async function post (url: string, body?: object): Promise<{ status: number, body: any }> {
  const answer = await fetch(url, { method: 'POST', body: body && JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() }
}

t.test('every node may be killed, and started again', async (t) => {
  const { control, nodes } = await worldFor(t, { nodes: 2 })
  for (const id of ['raft_0', 'raft_1']) t.equal((await post(`${control}/_mock/nodes/${id}/kill`)).status, 200)
  await t.rejects(fetch(`${nodes[0]?.url}/v1/sys/health`))
  const started = await post(`${control}/_mock/nodes/raft_0/start`, { unseal: true })
  t.match(started, { status: 200, body: { process: 'running' } })
  t.equal((await fetch(`${nodes[0]?.url}/v1/sys/seal-status`)).status, 200)
})

t.test('it answers for the world, not as a node', async (t) => {
  const { control, nodes } = await worldFor(t)
  t.equal((await fetch(`${control}/_mock/worlds/default/v1/sys/health`)).status, 200, 'a world by its prefix')
  const health = await fetch(`${control}/v1/sys/health`)
  t.equal(health.status, 404)
  const said = `these are the controls: /_mock/ and /ui/; Vault answers at ${nodes[0]?.apiAddr}`
  t.match(await health.json(), { errors: [said] })
  t.equal((await fetch(control, { redirect: 'manual' })).headers.get('location'), '/ui/')
})

t.test('it is guarded as the controls of a node are', async (t) => {
  const { control } = await worldFor(t, { controlToken: 'hush' })
  t.equal((await fetch(`${control}/_mock/nodes`)).status, 403)
  t.equal((await fetch(`${control}/_mock/nodes`, { headers: { 'x-vault-mock-control-token': 'hush' } })).status, 200)
  const { control: open } = await worldFor(t)
  t.equal((await fetch(`${open}/_mock/nodes`, { headers: { origin: 'http://evil.example' } })).status, 403)
})

t.test('there is none where nobody asks for it, and none without controls', async (t) => {
  t.equal((await worldFor(t, { controlListen: false })).controlUrl, undefined)
  t.equal((await worldFor(t, { control: false })).controlUrl, undefined)
})

t.test('an address that is taken is an error, and nothing stays open', async (t) => {
  const { control } = await worldFor(t)
  const port = Number(new URL(control).port)
  await t.rejects(openWorld({ controlListen: { port } }), { code: 'EADDRINUSE' })
})
