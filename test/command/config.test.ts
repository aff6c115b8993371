// Configuration files of the real server: what they set, what is said of the rest.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/command/config/config.js'
import { readOptions, type Options } from '../../src/command/options/index.js'
import { withConfig } from '../../src/command/config/with-config.js'

const HCL = `
ui            = true
api_addr      = "http://vault.test:8200"
cluster_name  = "mine"
cluster_addr  = "http://vault.test:8201"
max_lease_ttl = "24h"
default_lease_ttl = 3600
log_level     = "notice"
storage "raft" {
  path    = "/vault/data"
  node_id = "node-a"
  retry_join {
    leader_api_addr = "http://other:8200"
  }
  retry_join {
    auto_join        = "provider=aws tag_key=vault"
    auto_join_scheme = "http"
    auto_join_port   = 8300
    leader_shell     = "none"
  }
  retry_join_as_non_voter = true
  performance_multiplier  = 1
}
listener "tcp" {
  address         = "127.0.0.1:18299"
  cluster_address = "127.0.0.1:18301"
  tls_disable     = 1
}
listener "tcp" {
  address     = "127.0.0.1:18298"
  tls_disable = "true"
}
listener "unix" {
  address = "/run/vault.sock"
}
telemetry {
  prometheus_retention_time = "30s"
  disable_hostname          = true
}
seal "awskms" {
  region = "x"
}
`
const JSON_TEXT = '{"storage": {"file": {"path": "/vault/file"}}, "listener": [{"tcp": {"address": "0.0.0.0:18297", "tls_disable": true}}], "ui": true}'

function folder (t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'vault-mock-config-'))
  t.teardown(() => { rmSync(path, { recursive: true }) })
  return path
}

function options (line: string, environment = {}): Options {
  const read = readOptions(line.split(' '), environment)
  if ('problem' in read) throw new Error(read.problem)
  return read
}

t.test('HCL', async (t) => {
  const file = join(folder(t), 'vault.hcl')
  writeFileSync(file, HCL)
  const { options: configured, alone, notSimulated } = withConfig(options(`server -config ${file}`))
  t.match(configured, {
    listen: { host: '127.0.0.1', port: 18299 },
    tls: false,
    nodeIds: ['node-a'],
    raft: 'storage',
    apiAddr: ['http://vault.test:8200'],
    logLevel: 'info',
    prometheus: true,
    uninitialized: true
  })
  t.match(alone, {
    clusterName: 'mine',
    clusterAddr: ['vault.test:8201'],
    clusterListen: { host: '127.0.0.1', port: 18301 },
    defaultLeaseTtlSeconds: 3600,
    maxLeaseTtlSeconds: 86_400,
    retryJoin: [
      { leaderApiAddr: 'http://other:8200', nonVoter: true },
      { autoJoin: 'provider=aws tag_key=vault', autoJoinScheme: 'http', autoJoinPort: 8300, nonVoter: true }
    ],
    furtherListeners: [{ address: { host: '127.0.0.1', port: 18298 }, tlsCertFile: undefined }]
  })
  t.same(notSimulated, [
    'listener "unix"', 'seal "awskms"', 'storage.performance_multiplier', 'storage.retry_join.leader_shell',
    'telemetry.disable_hostname'
  ])
  t.match(withConfig(options(`server -dev -config=${file} --node-ids b`)).options, { uninitialized: false, nodeIds: ['b'] })
})

t.test('JSON, as the environment of the real image has it', async (t) => {
  const { options: configured, notSimulated } = withConfig(options('server', { VAULT_LOCAL_CONFIG: JSON_TEXT, VAULT_DEV_LISTEN_ADDRESS: '0.0.0.0:8200' }))
  t.match(configured, { listen: { host: '0.0.0.0', port: 18297 }, uninitialized: true, tls: false })
  t.same(notSimulated, ['storage "file"'])
})

t.test('folders, and several of them', async (t) => {
  const path = folder(t)
  mkdirSync(join(path, 'more'))
  writeFileSync(join(path, 'a.hcl'), 'api_addr = "http://a:8200"')
  writeFileSync(join(path, 'b.json'), '{"api_addr": "http://b:8200", "ha_storage": {"raft": {"node_id": "n"}}}')
  writeFileSync(join(path, 'notes.txt'), 'nothing')
  writeFileSync(join(path, 'more', 'c.hcl'), 'log_format = "json"')
  t.match(withConfig(options(`server -config=${path} -config=${path}/more`)).options, {
    apiAddr: ['http://b:8200'], raft: 'ha_storage', nodeIds: ['n'], logFormat: 'json'
  })
})

t.test('what cannot be used is told with its file', async (t) => {
  const file = join(folder(t), 'wrong.hcl')
  writeFileSync(file, 'listener "tcp" {')
  t.throws(() => readConfig([file], undefined), /wrong.hcl: At 1:\d+: object expected closing RBRACE got: EOF/)
  t.throws(() => readConfig([`${file}.none`], undefined), /no such file/)
  t.throws(() => readConfig([], '{'), /VAULT_LOCAL_CONFIG/)
  t.throws(() => readConfig([], 'listener "tcp" { address = "x" tls_disable = true }'), /listener.address must be HOST:PORT/)
  t.throws(() => readConfig([], 'listener "tcp" { address = "127.0.0.1:1" }'), /tls_cert_file/)
  t.throws(() => readConfig([], 'log_level = "loud"'), /log_level must be trace/)
})

const RAFT = (join: string): string => `storage "raft" { retry_join { ${join} } }`

t.test('joins and listeners in JSON', async (t) => {
  const retryJoin = [{ leader_api_addr: 'http://a:8200' }, { auto_join: 'provider=aws', auto_join_port: 8300 }]
  const tcp = { address: '127.0.0.1:18296', tls_disable: true }
  const found = readConfig([], JSON.stringify({
    storage: { raft: { path: '/vault/file', retry_join: retryJoin } },
    listener: [{ tcp }, { tcp: { ...tcp, address: '[::1]:18295' } }],
    max_lease_ttl: '1000h'
  }))
  t.match(found, {
    retryJoin: [{ leaderApiAddr: 'http://a:8200' }, { autoJoin: 'provider=aws', autoJoinPort: 8300 }],
    listeners: [{ address: { port: 18296 } }, { address: { host: '::1', port: 18295 } }],
    maxLeaseTtlSeconds: 3_600_000,
    notSimulated: []
  })
})

t.test('joins that no server starts with', async (t) => {
  const refusal = (said: string): string => `Failed to initiate raft retry join, ${JSON.stringify(said)}`
  const both = 'leader_api_addr = "http://a:8200"\n auto_join = "provider=aws"'
  t.throws(() => readConfig([], RAFT(both)), { message: refusal('cannot provide both a leader_api_addr and auto_join') })
  const scheme = 'auto_join = "provider=aws"\n auto_join_scheme = "ftp"'
  t.throws(() => readConfig([], RAFT(scheme)), { message: refusal('invalid scheme "ftp"; must either be http or https') })
  t.throws(() => readConfig([], RAFT('leader_ca_cert_file = "/none/ca.pem"')), {
    message: /^Failed to initiate raft retry join, "failed to create tls config .*\(retry_join index: 0\).*no such file/
  })
})

t.test('the authority of a join is read from its file', async (t) => {
  const file = join(folder(t), 'ca.pem')
  writeFileSync(file, 'PEM')
  t.match(readConfig([], RAFT(`leader_ca_cert_file = "${file}"`)).retryJoin, [{ caPem: 'PEM' }])
})

t.test('raft that only elects joins nobody by its configuration', async (t) => {
  const { retryJoin, notSimulated } = readConfig([], `ha_${RAFT('leader_api_addr = "http://a:8200"')}`)
  t.equal(retryJoin, undefined)
  t.same(notSimulated, ['ha_storage.retry_join'])
})

t.test('addresses made of the machine\'s own are named, not guessed', async (t) => {
  const said = 'cluster_addr = "https://{{ GetPrivateIP }}:8201"\n api_addr = "http://{{ GetPrivateIP }}:8200"'
  t.match(readConfig([], said), { clusterAddr: undefined, apiAddr: undefined, notSimulated: ['api_addr', 'cluster_addr'] })
})

t.test('lease TTLs and addresses that are none', async (t) => {
  t.throws(() => readConfig([], 'max_lease_ttl = "soon"'), { message: 'error parsing max_lease_ttl: time: invalid duration "soon"' })
  t.throws(() => readConfig([], 'default_lease_ttl = "-1h"'), { message: 'default_lease_ttl must not be negative' })
  t.throws(() => readConfig([], 'cluster_addr = "here"'), { message: 'Error parsing cluster address here: it is no URL' })
})

t.test('a further listener has no cluster address', async (t) => {
  const listener = 'listener "tcp" {\n cluster_address = "127.0.0.1:1"\n tls_disable = 1\n }\n'
  t.same(readConfig([], listener + listener).notSimulated, ['listener[2].cluster_address'])
})

t.test('log levels of the real binary', async (t) => {
  const levels = ['err', 'notice', 'warning', 'Error', 'off'].map((level) => options(`-log-level ${level}`).logLevel)
  t.same(levels, ['error', 'info', 'warn', 'error', 'off'])
})
