// sys/replication: every call of the legacy page, the status of both kinds, calls out of order, editions.
import t from 'tap'
import { activationToken, call, openTestWorld, statusOf, type Answer } from '../../replication/replicated.js'
import { NO_TOKEN, UNSUPPORTED_PATH, vault } from '../../vault-server.js'
import type { NamedCluster } from '../../../src/index.js'

const PAIR = { clusters: { east: {}, west: {} } } as const
const LEGACY = 'sys/replication'

t.test('the documented calls, one after the other', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  const empty = (answer: Answer, name: string): void => { t.same(answer, { status: 204, json: undefined }, name) }
  empty(await call(east, 'POST', `${LEGACY}/primary/enable`, {}), 'primary/enable')
  const issued = await call(east, 'GET', `${LEGACY}/primary/secondary-token?id=us-east-1`)
  t.match(issued, {
    status: 200,
    json: {
      request_id: '',
      lease_id: '',
      lease_duration: 0,
      renewable: false,
      data: null,
      warnings: null,
      wrap_info: { ttl: 1800, wrapped_accessor: '', creation_path: 'sys/replication/primary/secondary-token' }
    }
  })
  t.same(Object.keys(issued.json.wrap_info).sort(), [
    'accessor', 'creation_path', 'creation_time', 'token', 'ttl', 'wrapped_accessor'
  ])
  empty(await call(west, 'POST', `${LEGACY}/secondary/enable`, { token: issued.json.wrap_info.token }), 'secondary/enable')
  const again = await call(east, 'GET', `${LEGACY}/primary/secondary-token?id=us-east-2&ttl=1h`)
  t.equal(again.json.wrap_info.ttl, 3600)
  const update = await call(west, 'POST', `${LEGACY}/secondary/update-primary`, { token: again.json.wrap_info.token })
  empty(update, 'secondary/update-primary')
  for (const path of ['recover', 'reindex']) {
    const answer = await call(east, 'POST', `${LEGACY}/${path}`)
    t.match(answer, { status: 200, json: { data: null, wrap_info: null, auth: null } }, path)
    t.equal(answer.json.warnings.length, 1)
  }
  empty(await call(west, 'POST', `${LEGACY}/secondary/promote`, {}), 'secondary/promote')
  empty(await call(west, 'POST', `${LEGACY}/primary/demote`), 'primary/demote')
  empty(await call(west, 'POST', `${LEGACY}/secondary/disable`), 'secondary/disable')
  for (const [path, id] of [['secondary', 'us-east-1'], ['primary', 'us-east-2']] as const) {
    empty(await call(east, 'POST', `${LEGACY}/${path}/revoke-secondary`, { id }), `${path}/revoke-secondary`)
  }
  empty(await call(east, 'POST', `${LEGACY}/primary/disable`), 'primary/disable')
})

t.test('servers answer the same calls with 200 and a warning', async (t) => {
  const { east, west } = await openTestWorld(t, { ...PAIR, profile: 'vault-1.21' })
  t.match(await call(east, 'POST', `${LEGACY}/primary/enable`, {}), {
    status: 200, json: { data: null, warnings: [/being enabled as a primary/], mount_type: 'system' }
  })
  t.equal((await call(east, 'GET', `${LEGACY}/primary/secondary-token?id=a`)).status, 405)
  t.equal((await call(east, 'POST', `${LEGACY}/secondary/revoke-secondary`, { id: 'a' })).status, 404)
  const { json } = await call(east, 'POST', `${LEGACY}/primary/secondary-token`, { id: 'a' })
  t.match(await call(west, 'POST', `${LEGACY}/secondary/enable`, { token: json.wrap_info.token }), {
    status: 200, json: { warnings: [/^Vault has successfully found secondary information/] }
  })
})

t.test('status can be read by all clients, without a token', async (t) => {
  const { east, west } = await openTestWorld(t, PAIR)
  const disabled = await call(east, 'GET', `${LEGACY}/status`, undefined, { token: null })
  const off = { mode: 'disabled' }
  t.match(disabled, { status: 200, json: { mode: 'disabled', data: { mode: 'disabled', dr: off, performance: off } } })
  t.notOk('cluster_id' in disabled.json)
  east.replicateTo(west)
  const { json } = await call(east, 'GET', `${LEGACY}/status`, undefined, { token: null })
  t.match(json.merkle_root, /^[0-9a-f]{40}$/)
  for (const name of ['mode', 'cluster_id', 'known_secondaries', 'last_wal', 'merkle_root']) {
    t.same(json[name], json.data[name], name)
    t.same(json[name], json.data.performance[name], name)
  }
  t.notOk('performance' in json, 'the kinds stand in data alone')
})

t.test('calls out of order are refused and change nothing', async (t) => {
  const kinds = ['performance', 'dr'] as const
  for (const kind of kinds) {
    const { east, west } = await openTestWorld(t, { ...PAIR, time: 'manual' })
    const base = `sys/replication/${kind}`
    const refused = async (cluster: NamedCluster, path: string, text: string, body: object = {}): Promise<void> => {
      const before = await statusOf(cluster, kind)
      const answer = await call(cluster, 'POST', `${base}/${path}`, body)
      t.same(answer, { status: 400, json: { errors: [text] } }, `${kind} ${path}`)
      t.same(await statusOf(cluster, kind), before)
    }
    const notSecondary = kind === 'dr' ? 'Not a DR secondary.' : 'cluster is not a replication secondary'
    for (const path of ['demote', 'disable', 'secondary-token', 'revoke-secondary']) {
      await refused(east, `primary/${path}`, 'cluster is not a replication primary', { id: 'a' })
    }
    for (const path of ['promote', 'disable', 'update-primary']) await refused(east, `secondary/${path}`, notSecondary)
    await refused(east, 'secondary/enable', 'token must be specified')
    await call(east, 'POST', `${base}/primary/enable`, {})
    await refused(east, 'primary/enable', 'cluster is already a replication primary')
    await refused(east, 'secondary/enable', 'replication is already enabled on this cluster', { token: 'a' })
    await refused(east, 'primary/secondary-token', 'id must be specified')
    await refused(east, 'primary/revoke-secondary', 'no secondary found with id "a"', { id: 'a' })
    const token = await activationToken(east, kind, 'a')
    await refused(east, 'primary/secondary-token', 'secondary with id "a" already exists', { id: 'a' })
    t.equal((await call(west, 'POST', `${base}/secondary/enable`, { token })).status, 200)
    const path = 'path disabled in replication DR secondary mode'
    const mustBePromoted = 'cluster is a replication secondary; it must be promoted'
    await refused(west, 'primary/enable', kind === 'dr' ? path : mustBePromoted)
    await refused(west, 'primary/demote', kind === 'dr' ? path : 'cluster is not a replication primary')
  }
})

t.test('activation tokens are used once, expire, and can be revoked', async (t) => {
  const { east, west, south } = await openTestWorld(t, { clusters: { east: {}, west: {}, south: {} }, time: 'manual' })
  const reason = 'error response unwrapping secondary token; status code is 400, message is "400 Bad Request"'
  const refused = { status: 500, json: { errors: [`1 error occurred:\n\t* ${reason}\n\n`] } }
  const enable = async (cluster: NamedCluster, token: string): Promise<Answer> =>
    await call(cluster, 'POST', 'sys/replication/performance/secondary/enable', { token })
  await call(east, 'POST', 'sys/replication/performance/primary/enable', {})
  const used = await activationToken(east, 'performance', 'used')
  t.equal((await enable(west, used)).status, 200)
  t.same(await enable(south, used), refused)
  const unwrapped = await activationToken(east, 'performance', 'unwrapped')
  const { json } = await call(east, 'POST', 'sys/wrapping/unwrap', { token: unwrapped })
  t.same([json.data.id, json.data.cluster_id], ['unwrapped', (await statusOf(east, 'performance')).cluster_id])
  t.same(await enable(south, unwrapped), refused)
  const revoked = await activationToken(east, 'performance', 'revoked')
  await call(east, 'POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'revoked' })
  t.same(await enable(south, revoked), refused)
  const expired = await activationToken(east, 'performance', 'expired')
  south.cluster.timeline.advance(1_801_000)
  t.same(await enable(south, expired), refused)
  t.same(await enable(south, 'garbage'), {
    status: 500,
    json: {
      errors: ['1 error occurred:\n\t* error unwrapping secondary token: no primary API address available\n\n']
    }
  })
  t.same(await statusOf(south, 'performance'), { mode: 'disabled' })
})

t.test('an activation token is refused while its primary cannot be reached', async (t) => {
  const world = await openTestWorld(t, PAIR)
  const { east, west } = world
  await call(east, 'POST', 'sys/replication/dr/primary/enable', {})
  const token = await activationToken(east, 'dr', 'a')
  world.cut(east, west)
  const unreachable = await call(west, 'POST', 'sys/replication/dr/secondary/enable', { token })
  t.equal(unreachable.status, 500)
  t.match(
    unreachable.json.errors[0],
    /error unwrapping secondary token: Post ".*\/v1\/sys\/wrapping\/unwrap": dial tcp .*: i\/o timeout/
  )
})

t.test('sudo is needed for activation tokens and for a reindex', async (t) => {
  const { east } = await openTestWorld(t, PAIR)
  await call(east, 'POST', 'sys/replication/performance/primary/enable', {})
  const policy = 'path "sys/replication/*" { capabilities = ["create", "update", "read"] }'
  await call(east, 'PUT', 'sys/policies/acl/writer', { policy })
  const { json } = await call(east, 'POST', 'auth/token/create', { policies: ['writer'] })
  const token: string = json.auth.client_token
  for (const path of ['primary/secondary-token', 'performance/primary/secondary-token', 'reindex']) {
    t.equal((await call(east, 'POST', `sys/replication/${path}`, { id: 'a' }, { token })).status, 403, path)
  }
  t.equal((await call(east, 'POST', 'sys/replication/recover', {}, { token })).status, 200)
})

t.test('a reindex takes its time and shows how far it is', async (t) => {
  const { east } = await openTestWorld(t, { ...PAIR, time: 'manual' })
  await call(east, 'POST', 'sys/replication/performance/primary/enable', {})
  t.equal((await call(east, 'POST', 'sys/replication/reindex', {})).status, 200)
  t.match(await statusOf(east, 'performance'), {
    reindex_in_progress: true, reindex_stage: 'building', reindex_building_progress: 0, last_reindex_epoch: '0'
  })
  t.match(await call(east, 'POST', 'sys/replication/reindex', {}), {
    status: 400, json: { errors: ['reindex already in progress'] }
  })
  east.cluster.timeline.advance(500)
  const halfway = await statusOf(east, 'performance')
  t.ok(halfway.reindex_building_progress > 0 && halfway.reindex_building_progress < halfway.reindex_building_total)
  east.cluster.timeline.advance(500)
  const after = await statusOf(east, 'performance')
  t.notOk('reindex_in_progress' in after)
  t.equal(after.last_reindex_epoch, String(Math.floor(east.cluster.timeline.nowMs / 1000)))
})

t.test('a merkle check finds nothing wrong and is noted', async (t) => {
  const { east } = await openTestWorld(t, PAIR)
  await call(east, 'POST', 'sys/replication/performance/primary/enable', {})
  const { json } = await call(east, 'POST', 'sys/replication/merkle-check', {})
  t.match(json.data.merkle_corruption_report, {
    corrupted_root: false, corrupted_tree_map: { 1: { tree_type: 'replicated' }, 2: { tree_type: 'local' } }
  })
  t.not((await statusOf(east, 'performance')).last_corruption_check_epoch, '-62135596800')
})

t.test('the community edition has a status that says disabled, and stubs', async (t) => {
  const { send, verdict } = vault(t, { profile: 'vault-1.14', edition: 'ce' })
  const status = await send('GET', 'sys/replication/status', undefined, NO_TOKEN)
  t.same([status.status, status.body.data], [200, { mode: 'disabled' }])
  const stub = '404 enterprise-only feature'
  t.equal(await verdict('GET', 'sys/replication/performance/status', undefined, NO_TOKEN), stub)
  for (const path of ['primary/enable', 'dr/primary/enable', 'recover', 'reindex']) {
    t.equal(await verdict('POST', `sys/replication/${path}`), stub, path)
  }
  t.equal(await verdict('POST', 'sys/replication/merkle-check'), UNSUPPORTED_PATH)
})

t.test('OpenBao has no replication', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  t.equal(await verdict('GET', 'sys/replication/status', undefined, NO_TOKEN), '404 unsupported path')
  t.equal(await verdict('GET', 'sys/replication/dr/status', undefined, NO_TOKEN), '403 permission denied')
  t.equal(await verdict('POST', 'sys/replication/recover'), UNSUPPORTED_PATH)
})

t.test('GET status has both kinds by name; the fields of 0.7 beside them are of its documentation alone', async (t) => {
  for (const profile of ['vault-1.14', 'vault-1.21', 'documented'] as const) {
    const { send } = vault(t, { profile })
    await send('POST', `${LEGACY}/performance/primary/enable`, {})
    const { body } = await send('GET', `${LEGACY}/status`, undefined, NO_TOKEN)
    t.match(body.data, { dr: { mode: 'disabled' }, performance: { mode: 'primary' } })
    t.equal('mode' in body.data, profile === 'documented', profile)
    t.equal('merkle_root' in body, profile === 'documented', profile)
    t.equal(body.mount_type, profile === 'vault-1.21' ? '' : undefined)
  }
})
