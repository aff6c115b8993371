// vault-mock/testing: the client of the controls, waiting, and a cluster for a test file.
import t from 'tap'
import { ControlClient, startCluster, until, untilHealth, useVault } from '../../src/testing.js'

t.test('the client steers as the controls in code do', async (t) => {
  const cluster = await startCluster({ nodes: 3, seed: 5 })
  t.teardown(cluster.close)
  const control = new ControlClient(cluster.nodes[2]!.url!)
  t.match(await control.nodes.kill('raft_0'), { process: 'stopped' })
  await control.time.skipUntil({ condition: 'leader-elected' })
  t.equal((await control.nodes.list()).filter(({ active }) => active).length, 1)
  await control.links.cut('raft_1', 'raft_2', { oneWay: true })
  t.match(await control.links.list(), { cuts: [{ from: 'vault/raft_1', to: 'vault/raft_2' }] })
  const { id } = await control.faults.add({ effect: { status: 500 } })
  t.equal((await fetch(`${cluster.nodes[2]!.url}/v1/sys/health`)).status, 500)
  t.match(await control.faults.get(id), { fired: 1 })
  t.equal(await control.journal.count({ path: 'sys/health' }), 1)
  t.match(await control.events({ kind: 'leader-elected' }), { length: 1 })
  await control.reset()
  t.equal((await control.nodes.status('raft_0')).active, true)
})

t.test('states, checkpoints and worlds go through the client', async (t) => {
  const cluster = await startCluster()
  t.teardown(cluster.close)
  const control = new ControlClient(cluster.url)
  const state = await control.state()
  await control.checkpoints.save('a')
  t.same(await control.checkpoints.diff('start', 'a'), [])
  await control.loadState(state)
  const world = await control.worlds.create('one', { nodes: 3, fixture: 'dev' })
  t.equal((await fetch(`${world.url}/v1/sys/health`)).status, 200)
  t.equal((await new ControlClient(world.url).nodes.list()).length, 3)
  await t.rejects(control.worlds.create('one'), {
    name: 'ControlError', status: 409, errors: ['there is already a world "one"']
  })
})

t.test('until looks again until it holds, and says what did not', async (t) => {
  let looks = 0
  await until(() => ++looks === 3, { everyMs: 1 })
  t.equal(looks, 3)
  const never = until(() => false, { timeoutMs: 5, everyMs: 1, what: 'rain' })
  await t.rejects(never, { message: 'rain did not come true within 5 ms' })
})

t.test('untilHealth waits for a status', async (t) => {
  const cluster = await startCluster()
  t.teardown(cluster.close)
  const sealed = untilHealth(cluster.url, 503)
  cluster.controls.nodes.seal('raft_0')
  await sealed
})

t.test('a suite has one cluster, as new before each test', async (t) => {
  const ran: Record<string, () => Promise<void> | void> = {}
  const hooks = {
    before: (run: () => Promise<void> | void) => { ran.before = run },
    after: (run: () => Promise<void> | void) => { ran.after = run },
    beforeEach: (run: () => Promise<void> | void) => { ran.beforeEach = run }
  }
  const vault = useVault(hooks, { nodes: 1 })
  t.throws(vault, { message: /within a test/ })
  await ran.before!()
  vault().controls.nodes.seal('raft_0')
  t.equal((await fetch(`${vault().url}/v1/sys/health`)).status, 503)
  await ran.beforeEach!()
  t.equal((await fetch(`${vault().url}/v1/sys/health`)).status, 200)
  t.match(vault().environment, { VAULT_ADDR: /^http:/, VAULT_TOKEN: 'root' })
  await ran.after!()
})
