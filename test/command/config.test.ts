// Configuration files of the real server: what they set, what is said of the rest.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/command/config.js'
import { readOptions, type Options } from '../../src/command/options/index.js'
import { withConfig } from '../../src/command/with-config.js'

const HCL = `
ui            = true
api_addr      = "http://vault.test:8200"
cluster_name  = "mine"
max_lease_ttl = "24h"
log_level     = "notice"
storage "raft" {
  path    = "/vault/data"
  node_id = "node-a"
  retry_join {
    leader_api_addr = "http://other:8200"
  }
}
listener "tcp" {
  address     = "127.0.0.1:18299"
  tls_disable = 1
}
listener "tcp" {
  address     = "127.0.0.1:18298"
  tls_disable = "true"
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
  const { options: configured, notSimulated } = withConfig(options(`server -config ${file}`))
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
  t.same(notSimulated, ['cluster_name', 'listener[2]', 'max_lease_ttl', 'seal "awskms"', 'storage.retry_join', 'telemetry.disable_hostname'])
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

t.test('log levels of the real binary', async (t) => {
  const levels = ['err', 'notice', 'warning', 'Error', 'off'].map((level) => options(`-log-level ${level}`).logLevel)
  t.same(levels, ['error', 'info', 'warn', 'error', 'off'])
})
