// sys/metrics
import t from 'tap'
import { printJson } from '../../../src/json/index.js'
import { saveWorld } from '../../../src/world/saved-world.js'
import { openTestWorld } from '../../replication/replicated.js'
import { NEW_YEAR, NO_TOKEN, vault, type Vault } from '../../vault-server.js'

interface Named { readonly Name: string }

function isNamed (name: string): (metric: Named) => boolean {
  return ({ Name }) => Name === name
}

t.test('GET metrics is JSON in the order of go-metrics, without a newline', async (t) => {
  const { send } = vault(t)
  const { body, text } = await send('GET', 'sys/metrics')
  t.same(Object.keys(body), ['Timestamp', 'Gauges', 'Points', 'Counters', 'Samples'])
  t.match(body.Gauges.find(isNamed('vault.core.active')), { Value: 1, Labels: { cluster: /^vault-cluster-/ } })
  t.notOk(text.endsWith('\n'))
})

t.test('GET metrics?format=prometheus is the text form', async (t) => {
  const { send } = vault(t)
  const { headers, text } = await send('GET', 'sys/metrics?format=prometheus')
  t.match(headers, { 'content-type': /^text\/plain; version=0.0.4/ })
  t.match(text, /^# TYPE vault_core_unsealed gauge\nvault_core_unsealed\{cluster="vault-cluster-.*"\} 1$/m)
  t.equal(text.match(/# TYPE vault_core_mount_table_num_entries/g)?.length, 1)
})

t.test('GET metrics?format=prometheus is refused where it is not switched on', async (t) => {
  const off = await vault(t, { profile: 'vault-1.14' }).send('GET', 'sys/metrics?format=prometheus')
  t.equal(`${off.status} ${off.text}`, '400 prometheus is not enabled')
  const on = vault(t, { profile: 'vault-1.14', prometheus: true })
  t.equal((await on.send('GET', 'sys/metrics?format=prometheus')).status, 200)
})

t.test('GET metrics in an unknown format is refused', async (t) => {
  const { status, text } = await vault(t).send('GET', 'sys/metrics?format=csv')
  t.equal(`${status} ${text}`, '400 metric response format "csv" unknown')
})

t.test('GET metrics is not for namespaces of OpenBao', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  t.equal(
    await verdict('GET', 'sys/metrics', undefined, { 'x-vault-namespace': 'team/' }),
    '400 operation unavailable in namespaces'
  )
})

/** A counter or sample of the interval that JSON shows. */
async function sampled ({ send }: Vault, name: string): Promise<any> {
  const { Counters, Samples } = (await send('GET', 'sys/metrics')).body
  return [...Counters, ...Samples].find(isNamed(name))
}

t.test('samples have the shape of go-metrics, sorted by name', async (t) => {
  const it = vault(t, NEW_YEAR)
  for (let i = 0; i < 3; i++) await it.send('GET', 'secret/data/a')
  t.strictSame(await sampled(it, 'vault.route.read.secret-'), {
    Name: 'vault.route.read.secret-', Count: 3, Rate: 0, Sum: 0, Min: 0, Max: 0, Mean: 0, Stddev: 0, Labels: {}
  })
  const { Samples } = (await it.send('GET', 'sys/metrics')).body
  const names = Samples.map(({ Name }: Named) => Name)
  t.same(names, [...names].sort())
})

t.test('counters have a rate per second of their interval', async (t) => {
  const it = vault(t, NEW_YEAR)
  for (let i = 0; i < 5; i++) await it.send('GET', 'secret/data/a')
  t.match(await sampled(it, 'vault.core.response_status_code'), {
    Count: 5, Sum: 5, Rate: 0.5, Mean: 1, Labels: { code: '404', type: '4xx' }
  })
})

t.test('JSON shows the last whole interval of ten seconds, and the first one while it is the only one', async (t) => {
  const it = vault(t, NEW_YEAR)
  const ROUTE = 'vault.route.read.secret-'
  const at = async (): Promise<string> => (await it.send('GET', 'sys/metrics')).body.Timestamp
  await it.send('GET', 'secret/data/a')
  t.equal(await at(), '2024-01-01 00:00:00 +0000 UTC')
  t.equal((await sampled(it, ROUTE)).Count, 1)
  it.advance(10_000)
  for (let i = 0; i < 4; i++) await it.send('GET', 'secret/data/a')
  t.equal(await at(), '2024-01-01 00:00:00 +0000 UTC')
  t.equal((await sampled(it, ROUTE)).Count, 1, 'the interval is not over')
  it.advance(10_000)
  t.equal(await at(), '2024-01-01 00:00:10 +0000 UTC')
  t.equal((await sampled(it, ROUTE)).Count, 4)
  it.advance(10_000)
  t.equal(await sampled(it, ROUTE), undefined, 'nothing was read since')
})

t.test('Prometheus has what was counted since the process began', async (t) => {
  const { send, advance } = vault(t, NEW_YEAR)
  const lines = async (): Promise<string> => (await send('GET', 'sys/metrics?format=prometheus')).text
  await send('GET', 'secret/data/a')
  advance(60_000)
  await send('GET', 'secret/data/a')
  t.match(await lines(), /^# TYPE vault_route_read_secret_ summary\nvault_route_read_secret_\{quantile="0.5"\} 0\n/m)
  t.match(await lines(), /^vault_route_read_secret__count 2$/m)
  advance(11_000)
  t.match(await lines(), /^vault_route_read_secret_\{quantile="0.99"\} NaN\nvault_route_read_secret__sum 0$/m)
})

t.test('a process that ends forgets, and a reset begins anew', async (t) => {
  const { send, control } = vault(t, { ...NEW_YEAR, fixture: 'three-voters' })
  const reads = async (): Promise<string | undefined> => {
    return /^vault_route_read_secret__count (\d+)$/m.exec((await send('GET', 'sys/metrics?format=prometheus')).text)?.[1]
  }
  await send('GET', 'secret/data/a')
  t.equal(await reads(), '1')
  await control('reset')
  t.equal(await reads(), undefined)
  await send('GET', 'secret/data/a')
  await control('nodes/raft_0/restart', { unseal: true })
  await control('time/advance', { ms: 20_000 })
  await control('nodes/raft_0/elect')
  t.equal(await reads(), undefined)
})

t.test('durations are real where time follows the clock', async (t) => {
  const { send } = vault(t, { time: 'live' })
  await send('GET', 'secret/data/a')
  const [, sum] = /^vault_core_handle_request_sum (\S+)$/m.exec((await send('GET', 'sys/metrics?format=prometheus')).text) ?? []
  t.ok(Number(sum) > 0, `${sum} ms`)
})

t.test('gauges count tokens, secrets, leases and entities', async (t) => {
  const { send } = vault(t, NEW_YEAR)
  await send('POST', 'secret/data/a', { data: { v: 1 } })
  await send('POST', 'secret/data/b/c', { data: { v: 1 } })
  await send('POST', 'auth/token/create', { ttl: '90m', policies: ['default'] })
  const { text } = await send('GET', 'sys/metrics?format=prometheus')
  for (const line of [
    /^vault_secret_kv_count\{cluster="[\w-]+",mount_point="secret\/",namespace="root"\} 2$/m,
    /^vault_token_count\{.*\} 2$/m,
    /^vault_token_count_by_policy\{.*policy="default"\} 1$/m,
    /^vault_token_count_by_ttl\{.*creation_ttl="2h".*\} 1$/m,
    /^vault_expire_num_leases 1$/m,
    /^vault_expire_leases_by_expiration\{.*expiring="2024-01-01T02:00:00Z".*\} 1$/m
  ]) t.match(text, line)
})

t.test('the community edition has none of the enterprise metrics', async (t) => {
  const { send } = vault(t, { edition: 'ce' })
  const { text } = await send('GET', 'sys/metrics?format=prometheus')
  t.notMatch(text, /replication|license|_wal_|merkle|autosnapshots|performance_standby/)
  t.match(text, /^vault_autopilot_healthy 1$/m)
})

t.test('GET metrics by an Accept header of Prometheus is its text form', async (t) => {
  const { send } = vault(t)
  for (const accept of ['application/openmetrics-text; version=1.0.0,text/plain;q=0.5', 'prometheus/telemetry']) {
    t.match((await send('GET', 'sys/metrics', undefined, { accept })).headers['content-type'], /^text\/plain; version=0.0.4/)
  }
  t.equal((await send('GET', 'sys/metrics', undefined, { accept: '*/*' })).headers['content-type'], 'application/json')
})

const OPEN = { unauthenticatedMetricsAccess: true } as const

t.test('GET metrics asks for a token unless told not to', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/metrics', undefined, NO_TOKEN), '403 permission denied')
  const { verdict, send } = vault(t, OPEN)
  t.equal(await verdict('GET', 'sys/metrics', undefined, NO_TOKEN), '200')
  t.equal(await verdict('POST', 'sys/metrics', {}, NO_TOKEN), '405')
  const { status, text } = await send('GET', 'sys/metrics?format=csv', undefined, NO_TOKEN)
  t.equal(`${status} ${text}`, '400 metric response format "csv" unknown')
})

t.test('without a token each node answers for itself, in whatever state', async (t) => {
  for (const [fixture, active, unsealed] of [
    ['dr-secondary', 1, 1], ['sealed', 0, 0], ['uninitialized', 0, 0]
  ] as const) {
    const { send } = vault(t, { fixture, ...OPEN })
    const { body } = await send('GET', 'sys/metrics', undefined, NO_TOKEN)
    t.equal(body.Gauges.find(isNamed('vault.core.active')).Value, active, fixture)
    t.equal(body.Gauges.find(isNamed('vault.core.unsealed')).Value, unsealed, fixture)
  }
})

t.test('access without a token is part of the world: a fork and a saved state have it', async (t) => {
  const { server } = vault(t, OPEN)
  server.controls.checkpoints.save('here')
  t.equal(server.controls.checkpoints.fork('here').world.unauthenticatedMetricsAccess, true)
  const loaded = vault(t, { state: JSON.parse(printJson(saveWorld(server.world))) })
  t.equal(await loaded.verdict('GET', 'sys/metrics', undefined, NO_TOKEN), '200')
})

t.test('a sealed node and a DR secondary refuse a token', async (t) => {
  t.equal(await vault(t, { fixture: 'sealed' }).verdict('GET', 'sys/metrics'), '503 Vault is sealed')
  t.equal(
    await vault(t, { fixture: 'dr-secondary' }).verdict('GET', 'sys/metrics'),
    '400 path disabled in replication DR secondary mode'
  )
})

for (const [how, options, status] of [
  ['sends to the active node, without a word', {}, 307],
  ['answers without a token where that is allowed', OPEN, 200],
  ['answers where it serves reads', { performanceStandbys: true }, 200],
  ['of OpenBao answers', { profile: 'openbao-2.5' }, 200]
] as const) {
  t.test(`a standby ${how}`, async (t) => {
    const { east } = await openTestWorld(t, { clusters: { east: { nodes: 2 } }, ...options })
    const standby = east.nodes.find(({ node }) => !node.isActive)
    const answer = await fetch(`${standby?.url}/v1/sys/metrics`, {
      headers: { 'x-vault-token': 'root' }, redirect: 'manual'
    })
    t.equal(answer.status, status)
    const text = await answer.text()
    if (status === 307) t.equal(text, '')
    else t.equal(JSON.parse(text).Gauges.find(isNamed('vault.core.active')).Value, 0, 'its own')
  })
}
