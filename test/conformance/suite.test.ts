// Scenarios played at servers of ours.
import t from 'tap'
import type { Test } from 'tap'
import { createCluster, type OpenOptions } from '../../src/index.js'
import { loadRecordings, loadScenarios, nearestProfile, playSuite, record, statementsIn, totalOf } from '../../src/conformance/index.js'
import type { Recording, Scenario, ScenarioResult, Target } from '../../src/conformance/index.js'

const ROOT = 'root-token-of-this-test'

async function clusterOf (t: Test, options: OpenOptions = {}): Promise<Target> {
  const cluster = await createCluster({ rootToken: ROOT, ...options })
  t.teardown(cluster.close)
  return { nodes: cluster.nodes.flatMap(({ url }) => url ?? []), token: ROOT, mayChange: true }
}

const mounts: Scenario = {
  name: 'mounts',
  tier: 'core',
  start: 'active',
  steps: [
    { id: 'mount', method: 'POST', path: '/v1/sys/mounts/kv', body: { type: 'kv' } },
    { id: 'mounted', path: '/v1/sys/mounts/kv', save: { accessor: 'data.accessor' } },
    { id: 'no such engine', method: 'POST', path: '/v1/sys/mounts/t', body: { type: 'transit' } },
    { id: 'a wrong token', path: '/v1/sys/mounts/kv', token: 'wrong' },
    { id: 'no token', path: '/v1/sys/mounts/kv', noToken: true },
    { id: 'what was saved', method: 'PUT', path: '/v1/sys/tools/hash', body: { input: 'YQ==', format: '{{accessor}}' } },
    { id: 'nothing was saved', path: '/v1/sys/health', token: '{{missing}}' }
  ]
}

async function suiteOf (scenario: Scenario, recording: Recording, target: Target): Promise<ScenarioResult | undefined> {
  const recordings = new Map([['p', new Map([[scenario.name, recording]])]])
  const [tier] = await playSuite({ scenarios: [scenario], recordings, profile: 'p' }, target)
  return tier?.scenarios[0]
}

t.test('what is played at the same server once more is the same; at another one it is not', async (t) => {
  const one = await clusterOf(t)
  const recording = await record(mounts, { nodes: one.nodes, token: ROOT, fresh: false, mayChange: true }, 'this one')
  t.match(recording, { scenario: 'mounts', source: { server: 'this one', taken: /^\d{4}-\d\d-\d\d$/ } })
  const other = await suiteOf(mounts, recording, await clusterOf(t))
  t.strictSame(other?.exchanges.map(({ verdict }) => verdict), Array.from({ length: 6 }, () => 'same'), 'a fault is no answer to compare with')
  const foreign = await suiteOf(mounts, recording, await clusterOf(t, { profile: 'vault-1.14', fixture: 'sealed' }))
  t.match(foreign?.exchanges[0], { verdict: 'different', wanted: { status: 204 }, got: { status: 503 } })
})

t.test('a recording holds no secret that the run was given', async (t) => {
  const { nodes } = await clusterOf(t)
  const shown: Scenario = {
    ...mounts,
    steps: [
      { id: 'a token where none is looked for', path: '/v1/sys/nowhere', headers: { 'X-Vault-Token': ROOT } },
      { id: 'kept', path: '/v1/auth/token/lookup-self', keep: ['id'] }
    ]
  }
  const recording = await record(shown, { nodes, token: ROOT, fresh: false, mayChange: true }, 'this one')
  t.notMatch(JSON.stringify(recording), ROOT)
  t.match(recording.exchanges[1]?.response, { body: { json: { data: { id: '<root>' } } } })
})

t.test('a fresh node is brought to life first, one that runs is not', async (t) => {
  const scenarios = await loadScenarios()
  const recordings = await loadRecordings()
  const keys = scenarios.filter(({ name }) => name === 'keys')
  const target = await clusterOf(t, { fixture: 'uninitialized', profile: 'vault-1.14', edition: 'ce' })
  const first = await playSuite({ scenarios: keys, recordings, profile: 'vault-1.14' }, target)
  t.match(totalOf(first), { total: 30, same: 30 })
  const [again] = await playSuite({ scenarios: keys, recordings, profile: 'vault-1.14' }, target)
  t.match(again, { figures: { notPlayed: 30 }, scenarios: [{ notPlayed: /^it wants a fresh, uninitialised node: / }] })
})

t.test('nodes are renewed before each scenario that may change them', async (t) => {
  const target = await clusterOf(t)
  const recording = await record(mounts, { nodes: target.nodes, token: ROOT, fresh: false, mayChange: true }, 'this one')
  let renewed = 0
  const renew = async () => { renewed++ }
  await suiteOf(mounts, recording, { ...target, renew })
  await suiteOf(mounts, recording, { ...target, renew, mayChange: false })
  t.equal(renewed, 1)
})

t.test('without leave to change only reads are sent', async (t) => {
  const target = await clusterOf(t, { nodes: 2 })
  const scenarios = (await loadScenarios()).filter(({ server }) => server !== 'nomad')
  const recordings = await loadRecordings()
  const before = await mountsOf(target)
  const tiers = await playSuite({ scenarios, recordings, profile: 'vault-1.14' }, { ...target, mayChange: false })
  const exchanges = tiers.flatMap(({ scenarios }) => scenarios.flatMap(({ exchanges }) => exchanges))
  const asked = exchanges.filter(({ verdict }) => verdict !== 'not played')
  t.ok(asked.length >= 6, 'the documents have some')
  t.strictSame(new Set(asked.map(({ request }) => request?.method)), new Set(['GET']))
  t.strictSame(asked.filter(({ verdict }) => verdict !== 'same'), [])
  t.strictSame(await mountsOf(target), before)
})

async function mountsOf ({ nodes: [url] }: Target): Promise<unknown> {
  const answer = await fetch(`${url}/v1/sys/mounts`, { headers: { 'X-Vault-Token': ROOT } })
  return (await answer.json() as { data: unknown }).data
}

t.test('what a scenario wants and does not find is said', async (t) => {
  const target = await clusterOf(t)
  const scenarios = await loadScenarios()
  const recordings = await loadRecordings()
  const reasonFor = async (name: string, more: Partial<Target> = {}) => {
    const wanted = scenarios.filter((scenario) => scenario.name === name)
    const [tier] = await playSuite({ scenarios: wanted, recordings, profile: 'vault-1.14' }, { ...target, ...more })
    return tier?.scenarios[0]?.notPlayed
  }
  t.match(await reasonFor('raft-cluster'), /^it wants 3 fresh, uninitialised nodes$/)
  t.match(await reasonFor('raft-single'), /^it wants a fresh, uninitialised node: start the server anew/)
  t.match(await reasonFor('core', { token: undefined }), /it wants a root token/)
  t.match(await reasonFor('core', { mayChange: false }), /--allow-destructive/)
  t.match(await reasonFor('vault-raft-bootstrap'), /raft for ha_storage alone/)
  t.match(await reasonFor('nomad-operator-raft'), /--nomad-url/)
  t.match(await reasonFor('dr'), /no recording of it/)
})

t.test('a server is compared with the recordings of the version that is nearest to its own', async (t) => {
  const nearest: Record<string, { version?: string, enterprise?: boolean }> = {
    'vault-1.14': { version: '1.14.9' },
    'vault-1.21': { version: '1.20.1+ent', enterprise: true },
    'openbao-2.5': { version: '2.1.0' }
  }
  for (const [profile, version] of Object.entries(nearest)) t.equal(nearestProfile(version), profile)
  t.equal(nearestProfile({ version: '2.0.0', enterprise: true }), 'vault-1.21')
  t.equal(nearestProfile({}), 'vault-1.14')
})

t.test('every recording has its scenario, with the requests that were recorded', async (t) => {
  const scenarios = await loadScenarios()
  t.equal(new Set(scenarios.map(({ name }) => name)).size, scenarios.length, 'a name stands once')
  for (const [profile, those] of await loadRecordings()) {
    for (const [name, { exchanges }] of those) {
      const steps = scenarios.find((scenario) => scenario.name === name)?.steps ?? []
      const asked = steps.flatMap((step) => 'path' in step && step.id !== undefined ? [step] : [])
      const wanted = asked.map(({ id, method = 'GET', path }) => [id, method, path])
      const recorded = exchanges.map(({ id, request }) => [id, request?.method, request?.path])
      t.strictSame(recorded, wanted, `${profile}: ${name}`)
    }
  }
  t.ok(scenarios.filter(({ tier }) => tier === 'documents').every((scenario) => statementsIn(scenario).length > 0))
})
