// O1, raft: every curl line of the two pages on sys/storage/raft, verbatim but for host and token.
import { call, equal, initialize, isActive, ok, run, until } from './checks.js'
import { Desk, empty, envelope } from './curl.js'
import { servers } from './server.js'

const { main, sample, highAvailability } = servers()
const desk = new Desk()
const stage = {}

const JOIN = `curl \\
    --request POST \\
    --data @payload.json \\
    http://127.0.0.1:8200/v1/sys/storage/raft/join`
const JOIN_2019 = `curl \\
    --header "X-Vault-Token: ..." \\
    --request POST \\
    --data @payload.json \\
    http://127.0.0.1:8200/v1/sys/storage/raft/join`
const CONFIGURATION = `curl \\
    --header "X-Vault-Token: ..." \\
    http://127.0.0.1:8200/v1/sys/storage/raft/configuration`
const REMOVE_PEER = `curl \\
    --header "X-Vault-Token: ..." \\
    --request POST \\
    --data @payload.json \\
    http://127.0.0.1:8200/v1/sys/storage/raft/remove-peer`
const SNAPSHOT = `curl \\
    --header "X-Vault-Token: ..." \\
    --request GET \\
    http://127.0.0.1:8200/v1/sys/storage/raft/snapshot > raft.snap`
const RESTORE = `curl \\
    --header "X-Vault-Token: ..." \\
    --request POST \\
    --data-binary @raft.snap \\
    http://127.0.0.1:8200/v1/sys/storage/raft/snapshot`
const RESTORE_FORCE = `curl \\
    --header "X-Vault-Token: ..." \\
    --request POST \\
    --data-binary @raft.snap \\
    http://127.0.0.1:8200/v1/sys/storage/raft/snapshot-force`
const BOOTSTRAP = `curl \\
    --header "X-Vault-Token: ..." \\
    --request POST \\
    http://127.0.0.1:8200/v1/sys/storage/raft/bootstrap`

const pemOf = (label) => `-----BEGIN ${label}-----\n…\n-----END ${label}-----`
const PAYLOAD = {
  leader_ca_cert: pemOf('CERTIFICATE'),
  leader_client_cert: pemOf('CERTIFICATE'),
  leader_client_key: pemOf('RSA PRIVATE KEY')
}
const PAYLOAD_2019 = {
  leader_ca_cert: '<pem encoded ca cert>',
  leader_client_cert: '<pem encoded client cert>',
  leader_client_key: '<pem encoded client key>'
}

async function nodesJoin () {
  Object.assign(stage, await initialize(main.url))
  equal(await isActive(main.url), true, 'the first node is active at once')
  for (const [index, line, payload] of [[1, JOIN, PAYLOAD], [2, JOIN_2019, PAYLOAD_2019]]) {
    const { url } = main.nodes[index]
    const answer = await desk.run(line, { url, token: stage.token, payload: { leader_api_addr: main.url, ...payload } })
    equal([answer.status, answer.text], [200, '{"joined":true}\n'], `node ${index} joins`)
    equal((await call(url, 'sys/health')).status, 503, `node ${index} is initialised and sealed now`)
    equal((await call(url, 'sys/unseal', { method: 'PUT', body: { key: stage.key } })).status, 200, `node ${index} takes the leader's key`)
    await until(async () => (await call(url, 'sys/health')).status === 429, `node ${index} becomes a standby`)
  }
  await until(async () => (await peers(main.url)).filter((server) => server.voter).length === 3, 'all three become voters')
}

async function peers (url) {
  return (await call(url, 'sys/storage/raft/configuration', { token: stage.token })).json.data.config.servers
}

async function configurationIsRead () {
  const answer = await desk.run(CONFIGURATION, { url: main.url, token: stage.token })
  equal(answer.status, 200, 'configuration: 200')
  envelope(answer, 'configuration')
  equal(answer.json.data.config.servers.map((server) => server.node_id), ['raft_node_0', 'raft_node_1', 'raft_node_2'], 'configuration: the servers in order of joining')
}

async function sampleIsTheDocumentedOne () {
  const answer = await desk.run(CONFIGURATION, { url: sample.url, token: sample.token })
  const server = (id, address, leader) => ({ address, leader, node_id: id, protocol_version: '\u0003', voter: true })
  equal(sorted(answer.json?.data), sorted({ config: { index: 24, servers: [server('raft1', '127.0.0.1:8201', true), server('raft2', '127.0.0.2:8201', false)] } }), 'the sample cluster: the sample response')
}

function sorted (value) {
  return JSON.parse(JSON.stringify(value ?? null), (_key, each) => each !== null && typeof each === 'object' && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort()) : each)
}

async function snapshotsAreTakenAndRestored () {
  await call(main.url, 'sys/policies/acl/before', { method: 'PUT', token: stage.token, body: { policy: 'path "a" { capabilities = ["read"] }' } })
  const taken = await desk.run(SNAPSHOT, { url: main.url, token: stage.token })
  equal(taken.status, 200, 'snapshot: 200')
  ok(/^content-type: application\/gzip\r?$/im.test(taken.headers), 'snapshot: application/gzip')
  ok(/^content-disposition: attachment\r?$/im.test(taken.headers), 'snapshot: an attachment')
  ok(!/^content-encoding:/im.test(taken.headers), 'snapshot: no Content-Encoding')
  equal([...desk.file('raft.snap').subarray(0, 2)], [0x1f, 0x8b], 'snapshot: a gzip file')
  for (const [name, line] of [['restore', RESTORE], ['force restore', RESTORE_FORCE]]) {
    await call(main.url, 'sys/policies/acl/after', { method: 'PUT', token: stage.token, body: { policy: 'path "a" { capabilities = ["read"] }' } })
    empty(await desk.run(line, { url: main.url, token: stage.token }), name)
    await until(async () => (await call(main.url, 'sys/health')).status === 200, `${name}: the node is active again`)
    equal((await call(main.url, 'sys/policies/acl/before', { token: stage.token })).status, 200, `${name}: what was there is there`)
    equal((await call(main.url, 'sys/policies/acl/after', { token: stage.token })).status, 404, `${name}: what came later is gone`)
  }
  equal((await peers(main.url)).length, 3, 'the membership stays')
}

async function peersAreRemoved () {
  empty(await desk.run(REMOVE_PEER, { url: main.url, token: stage.token, payload: { server_id: 'raft_node_1' } }), 'remove-peer, payload of 2019')
  equal((await peers(main.url)).map((server) => server.node_id), ['raft_node_0', 'raft_node_2'], 'remove-peer: the server is gone')
  empty(await desk.run(REMOVE_PEER, { url: sample.url, token: sample.token, payload: { server_id: 'raft1', dr_operation_token: '' } }), 'remove-peer, the documented payload, the sample cluster')
  const next = await desk.run(CONFIGURATION, { url: sample.url, token: sample.token })
  equal([next.status, next.json], [500, { errors: ['node was removed from a HA cluster'] }], 'the removed leader says what it is')
  equal((await call(sample.url, 'sys/health')).status, 503, 'the removed leader: health')
}

async function haNodeIsBootstrapped () {
  const { token } = await initialize(highAvailability.url)
  const answer = await desk.run(BOOTSTRAP, { url: highAvailability.url, token })
  empty(answer, 'bootstrap of raft for ha_storage', 200)
  await until(() => isActive(highAvailability.url), 'which makes the node active')
}

async function everyLineWasRun () {
  desk.covers('vault-raft.md')
  desk.covers('vault-raft-2019.md')
}

await run(
  nodesJoin, configurationIsRead, sampleIsTheDocumentedOne, snapshotsAreTakenAndRestored, peersAreRemoved,
  haNodeIsBootstrapped, everyLineWasRun
)
