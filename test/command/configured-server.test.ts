// A server started with a configuration file as people have them: what the file says holds.
import { setImmediate } from 'node:timers/promises'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../src/http/certificates.js'
import type { RunningWorld } from '../../src/index.js'
import { readOptions } from '../../src/command/options/index.js'
import { start } from '../../src/command/start.js'

/** Of a three-node cluster with integrated storage: what stands in the guides, on free ports. */
function vaultHcl (folder: string): string {
  return `
# /etc/vault.d/vault.hcl
ui                = true
disable_mlock     = true
cluster_name      = "payments"
api_addr          = "http://vault-0.test:8200"
cluster_addr      = "https://vault-0.test:8201"
default_lease_ttl = "8h"
max_lease_ttl     = "720h"
log_level         = "error"

listener "tcp" {
  address         = "127.0.0.1:0"
  cluster_address = "127.0.0.1:0"
  tls_disable     = true
}

# for machines outside
listener "tcp" {
  address            = "127.0.0.1:0"
  tls_cert_file      = "${folder}/cert.pem"
  tls_key_file       = "${folder}/key.pem"
  tls_client_ca_file = "/etc/vault.d/ca.pem"
}

storage "raft" {
  path    = "/opt/vault/data"
  node_id = "vault-0"

  retry_join {
    leader_api_addr = "http://vault-0.test:8200"
  }
  retry_join {
    leader_api_addr = "http://vault-1.test:8200"
  }
}

service_registration "kubernetes" {}

telemetry {
  prometheus_retention_time = "24h"
  disable_hostname          = true
}
`
}

interface Started {
  readonly world: RunningWorld
  readonly printed: string
  readonly ready: any
  /** resolves with the answer's body */
  readonly ask: (method: string, path: string, body?: object, token?: string) => Promise<any>
}

async function startWith (t: Test, ...flags: string[]): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-config-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const { certPem, keyPem } = makeCertificates({ host: '127.0.0.1', nowMs: Date.now() })
  writeFileSync(join(folder, 'cert.pem'), certPem)
  writeFileSync(join(folder, 'key.pem'), keyPem)
  writeFileSync(join(folder, 'vault.hcl'), vaultHcl(folder))
  const options = readOptions(['server', `-config=${folder}/vault.hcl`, '--no-nomad', '--time', 'manual', ...flags], {})
  if ('problem' in options) throw new Error(options.problem)
  const worlds: RunningWorld[] = []
  let printed = ''
  t.teardown(async () => { for (const each of worlds) await each.close() })
  await start(options, (text) => { printed += text }, (opened) => { worlds.push(opened) })
  const [world] = worlds
  if (world === undefined) throw new Error('nothing was started')
  const ready = JSON.parse(printed.split('\n').find((line) => line.startsWith('{')) ?? '{}')
  return {
    world,
    printed,
    ready,
    async ask (method, path, body, token = '') {
      const answer = await fetch(`${ready.nodes[0].url}/v1/${path}`, {
        method, headers: { 'x-vault-token': token }, ...(body !== undefined && { body: JSON.stringify(body) })
      })
      return await answer.json()
    }
  }
}

/** Resolves with the root token. */
async function initialize ({ ask }: Started): Promise<string> {
  const { keys, root_token: token } = await ask('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  await ask('PUT', 'sys/unseal', { key: keys[0] })
  return token
}

t.test('lease TTLs, the name of the cluster and its address', async (t) => {
  const server = await startWith(t)
  const { ask } = server
  const token = await initialize(server)
  t.match(await ask('GET', 'sys/seal-status'), { cluster_name: 'payments', sealed: false })
  t.match(await ask('GET', 'sys/leader'), {
    leader_address: 'http://vault-0.test:8200', leader_cluster_address: 'https://vault-0.test:8201'
  })
  t.match(await ask('POST', 'auth/token/create', { policies: ['a'] }, token), { auth: { lease_duration: 8 * 3600 } })
  t.match(await ask('POST', 'auth/token/create', { policies: ['a'], ttl: '800h' }, token), {
    auth: { lease_duration: 720 * 3600 }
  })
  t.match(await ask('GET', 'sys/config/state/sanitized', undefined, token), {
    data: { cluster_name: 'payments', default_lease_ttl: 28_800, max_lease_ttl: 2_592_000 }
  })
})

t.test('other nodes of the same command join by themselves', async (t) => {
  const server = await startWith(t, '--nodes', '3')
  await initialize(server)
  server.world.controls.time.advance(2000)
  await setImmediate()
  const joining = server.world.world.nodes.filter(({ joinPending }) => joinPending)
  t.same(joining.map(({ id }) => id), ['raft_1', 'raft_2'])
})

t.test('every listener is served, and told of', async (t) => {
  const { ready, printed } = await startWith(t)
  const [further] = ready.nodes[0].furtherUrls
  t.match(further, /^https:\/\/127\.0\.0\.1:\d+$/)
  t.ok(printed.includes(`\n  ${''.padEnd(13)} ${further}\n`))
  await t.rejects(fetch(`${further}/v1/sys/health`), { cause: { code: /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/ } })
})

t.test('a configuration that Vault does not start with ends with its words', async (t) => {
  const options = readOptions(['server', '--no-nomad', '--listen', '127.0.0.1:0'], { VAULT_LOCAL_CONFIG: 'max_lease_ttl = "1h"' })
  if ('problem' in options) throw new Error(options.problem)
  const message = 'Error initializing core: cannot have DefaultLeaseTTL larger than MaxLeaseTTL'
  await t.rejects(start(options, () => {}, () => {}), { exitCode: 1, message })
})
