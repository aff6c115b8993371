// O3: node-vault 0.12.0, from init to legacy replication; also the logic of its own integration test.
import { createRequire } from 'node:module'
import nodeVault from 'node-vault'
import { equal, ok, rejects, run, until } from './checks.js'
import { servers } from './server.js'

const { main } = servers()
const vault = nodeVault({ endpoint: main.url, token: '' })
const require = createRequire(import.meta.url)
const stage = {}

/** Its integration test validates answers with the schemas of its own command table. */
function valid (command, answer) {
  const tv4 = createRequire(require.resolve('node-vault'))('tv4')
  const { schema } = createRequire(require.resolve('node-vault'))('./commands.js')[command]
  ok(tv4.validate(answer, schema.res), `${command}: fits node-vault's schema`, tv4.error?.message)
}

async function initAndUnseal () {
  equal((await vault.initialized()).initialized, false, 'a fresh server is not initialised')
  const health = await vault.health()
  equal([health.initialized, health.sealed, health.standby], [false, true, true], 'health of a fresh server is no error')
  const result = await vault.init({ secret_shares: 1, secret_threshold: 1 })
  valid('init', result)
  stage.key = result.keys[0]
  vault.token = result.root_token
  equal((await rejects(vault.init({ secret_shares: 1, secret_threshold: 1 }), 'a second init is refused')).message, 'Vault is already initialized', 'in the words that its own test waits for')
  valid('status', await vault.status())
  equal((await vault.unseal({ key: stage.key, secret_shares: 1 })).sealed, false, 'unseal with the key in hex')
  await until(async () => (await vault.health()).standby === false, 'the node becomes active')
}

async function status () {
  const health = await vault.health()
  valid('health', health)
  equal([health.initialized, health.sealed, health.performance_standby, typeof health.cluster_id], [true, false, false, 'string'], 'health')
  const leader = await vault.leader()
  equal([leader.ha_enabled, leader.is_self, leader.leader_address], [true, true, main.url], 'leader')
}

async function raft () {
  const { data } = await vault.read('sys/storage/raft/configuration')
  equal(data.config.servers.map(({ node_id: id, leader, voter }) => ({ id, leader, voter })), [{ id: 'raft_0', leader: true, voter: true }], 'read: the raft configuration')
  await vault.write('sys/storage/raft/autopilot/configuration', { last_contact_threshold: '7s' })
  equal((await vault.read('sys/storage/raft/autopilot/configuration')).data.last_contact_threshold, '7s', 'write: the autopilot configuration')
  equal((await rejects(vault.list('sys/storage/raft/snapshot-auto/config'), 'list of nothing rejects')).message, 'Status 404', 'with the status, as there is no text')
  await vault.write('sys/storage/raft/snapshot-auto/config/daily', { interval: '1d', storage_type: 'local', local_max_space: 100000, path_prefix: '/tmp/vault-mock-never-written' })
  equal((await vault.list('sys/storage/raft/snapshot-auto/config')).data.keys, ['daily'], 'list by the LIST verb')
  const plain = nodeVault({ endpoint: main.url, token: vault.token, noCustomHTTPVerbs: true })
  equal((await plain.list('sys/storage/raft/snapshot-auto/config')).data.keys, ['daily'], 'list by GET with list=1')
  await vault.delete('sys/storage/raft/snapshot-auto/config/daily')
  await rejects(vault.read('sys/storage/raft/snapshot-auto/config/daily'), 'delete: it is gone')
  await vault.write('sys/rotate')
  ok(true, 'write without data')
  await vault.rotate()
  ok(true, 'rotate')
}

async function errorTexts () {
  equal((await rejects(vault.write('sys/storage/raft/remove-peer', {}), 'remove-peer without an id rejects')).message, 'no server id provided', 'error text: errors[0]')
  const wrong = await rejects(nodeVault({ endpoint: main.url, token: 'wrong' }).read('sys/storage/raft/configuration'), 'a wrong token rejects')
  equal([wrong.response?.statusCode, /^permission denied/.test(wrong.message)], [403, true], 'error text: permission denied')
  equal((await rejects(vault.update('sys/storage/raft/autopilot/configuration', { min_quorum: 3 }), 'PATCH where there is none rejects')).response?.statusCode, 405, 'with 405')
}

async function rootToken () {
  const { nonce, otp } = await vault.generateRootInit({})
  const { encoded_token: encoded, complete } = await vault.generateRootUpdate({ key: stage.key, nonce })
  equal(complete, true, 'generate-root completes with the one key')
  const bytes = Buffer.from(encoded, 'base64')
  const token = Buffer.from(otp).map((byte, i) => byte ^ bytes[i]).toString()
  equal((await nodeVault({ endpoint: main.url, token }).tokenLookupSelf()).data.policies, ['root'], 'the token made so is a root token')
}

async function replication () {
  const { data } = await vault.read('sys/replication/status')
  equal(data.mode, 'disabled', 'replication status, disabled')
  await vault.write('sys/replication/primary/enable', {})
  await until(async () => (await vault.read('sys/replication/status')).data.mode === 'primary', 'legacy enable makes a primary')
  const { wrap_info: wrapped } = await vault.read('sys/replication/primary/secondary-token?id=node-vault')
  ok(typeof wrapped?.token === 'string' && wrapped.token.length > 0 && wrapped.ttl === 1800, 'legacy secondary-token', wrapped)
  ok((await vault.read('sys/replication/status')).data.known_secondaries.includes('node-vault'), 'the secondary is known')
}

async function stepDownAndSeal () {
  await vault.stepDown()
  await until(async () => (await vault.health()).standby === false, 'step-down of the only node: it is active again')
  await vault.seal()
  equal((await vault.status()).sealed, true, 'seal')
  const sealed = await rejects(vault.read('sys/storage/raft/configuration'), 'a sealed node rejects')
  equal([sealed.response?.statusCode, sealed.message], [503, 'Vault is sealed'], 'with the words "Vault is sealed"')
  equal((await vault.health()).sealed, true, 'health of a sealed node is no error')
}

await run(initAndUnseal, status, raft, errorTexts, rootToken, replication, stepDownAndSeal)
