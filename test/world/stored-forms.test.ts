// Stored records in saved worlds: what is not as the program stores it is refused by its place, and nothing changes.
import t from 'tap'
import { printJson } from '../../src/json/index.js'
import { loadWorld, saveWorld, StateError } from '../../src/world/saved-world.js'
import { vault, type Vault } from '../vault-server.js'

/** A server with a record of each kind. */
async function filled (t: Parameters<typeof vault>[0]): Promise<Vault> {
  const server = vault(t, { profile: 'documented', time: 'manual', files: t.testdir() })
  const made: ReadonlyArray<readonly [string, string, object]> = [
    ['POST', 'sys/auth/approle', { type: 'approle' }],
    ['POST', 'sys/auth/userpass', { type: 'userpass' }],
    ['POST', 'sys/mounts/kv', { type: 'kv' }],
    ['POST', 'auth/approle/role/r', { token_policies: ['a'], secret_id_ttl: '1h' }],
    ['POST', 'auth/approle/role/r/secret-id', { metadata: '{"a":"b"}' }],
    ['POST', 'auth/userpass/users/u', { password: 'p' }],
    ['POST', 'auth/userpass/login/u', { password: 'p' }],
    ['POST', 'auth/userpass/login/u', { password: 'wrong' }],
    ['POST', 'identity/entity', { name: 'e', metadata: { a: 'b' } }],
    ['POST', 'sys/policies/password/p', { policy: 'length = 20\nrule "charset" { charset = "abc" }' }],
    ['PUT', 'sys/audit/a', { type: 'file', options: { file_path: '/audit.log' } }],
    ['POST', 'sys/quotas/rate-limit/q', { rate: 1000, path: '' }],
    ['POST', 'sys/quotas/config', { enable_rate_limit_audit_logging: true }],
    ['PUT', 'sys/config/cors', { allowed_origins: ['http://a'], allowed_headers: ['x'] }],
    ['POST', 'sys/config/auditing/request-headers/x', { hmac: true }],
    ['POST', 'secret/config', { max_versions: 5 }],
    ['POST', 'secret/data/a', { data: { a: 1 } }],
    ['POST', 'kv/a', { a: 1 }],
    ['PUT', 'sys/storage/raft/snapshot-auto/config/s', { interval: '1h', retain: 1, storage_type: 'local', path_prefix: '/s', local_max_space: 1e6 }],
    ['POST', 'sys/replication/performance/primary/enable', {}]
  ]
  for (const [method, path, body] of made) {
    const { status, text } = await server.send(method, path, body)
    if (status >= 300 && !text.includes('invalid username or password')) throw new Error(`${path}: ${status} ${text}`)
  }
  return server
}

const KINDS: Readonly<Record<string, RegExp>> = {
  entity: /^replicated\/identity\/entity\//,
  'password policy': /^replicated\/password-policy\//,
  'audit device': /^replicated\/audit\//,
  'rate limits': /^replicated\/quotas\/rate-limit$/,
  'settings of quotas': /^replicated\/quotas\/config$/,
  'AppRole role': /^replicated\/mount\/[^/]+\/role\//,
  'secret id': /^replicated\/mount\/[^/]+\/secret-id\//,
  user: /^replicated\/mount\/[^/]+\/user\//,
  'metadata of KV v2': /^replicated\/mount\/[^/]+\/m\//,
  'version of KV v2': /^replicated\/mount\/[^/]+\/v\//,
  'settings of KV v2': /^replicated\/mount\/[^/]+\/config$/,
  cors: /^replicated\/core\/cors$/,
  'audited header': /^replicated\/core\/audited-header\//,
  'settings of snapshots': /^local\/snapshot-auto\//,
  'failed logins': /^local\/lockout\//,
  seal: /^own\/seal$/,
  keyring: /^own\/keyring$/,
  identity: /^own\/cluster$/,
  replication: /^own\/replication\//
}

interface SavedWorld {
  readonly clusters: ReadonlyArray<{ readonly storage: { readonly entries: Record<string, Record<string, unknown>> } }>
}

t.test('each field of a stored record must be what the program stores', async (t) => {
  const server = await filled(t)
  const text = printJson(saveWorld(server.server.world))
  const changed = (path: string, value: unknown): unknown => {
    const state: SavedWorld = JSON.parse(text)
    Object.assign(state.clusters[0]?.storage.entries ?? {}, { [path]: value })
    return state
  }
  const { world } = server.server
  loadWorld(world, JSON.parse(text))
  const entries = (JSON.parse(text) as SavedWorld).clusters[0]?.storage.entries ?? {}
  for (const [kind, pattern] of Object.entries(KINDS)) {
    const path = Object.keys(entries).find((found) => pattern.test(found))
    if (path === undefined) {
      t.fail(`no ${kind} is stored`)
      continue
    }
    const record = entries[path] ?? {}
    for (const wrong of [null, 'text', [], 7]) {
      t.throws(() => { loadWorld(world, changed(path, wrong)) }, { name: 'StateError' }, `${kind}: ${JSON.stringify(wrong)}`)
    }
    for (const field of Object.keys(record)) {
      const broken = changed(path, { ...record, [field]: [[1e300]] })
      // of two forms that it may have, none can be told to be meant
      const place = kind === 'replication' ? 'own/replication/performance' : field
      const message = new RegExp(`/entries/.*${place}.*: expected `)
      t.throws(() => { loadWorld(world, broken) }, { name: 'StateError', message }, `${kind}: ${field}`)
    }
    t.equal(printJson(saveWorld(world)), text, 'nothing has changed')
  }
})

t.test('numbers that no instant or duration can be are refused', async (t) => {
  const server = await filled(t)
  const text = printJson(saveWorld(server.server.world))
  for (const [field, wrong] of [['createdAtMs', 1e300], ['maxVersions', 0.5], ['deleteVersionAfterSeconds', 1e300]] as const) {
    const state: SavedWorld = JSON.parse(text)
    const entries = state.clusters[0]?.storage.entries ?? {}
    const path = Object.keys(entries).find((found) => /\/m\/a$/.test(found)) ?? ''
    Object.assign(entries[path] ?? {}, { [field]: wrong })
    t.throws(() => { loadWorld(server.server.world, state) }, { message: new RegExp(`/m/a/${field}: expected`) })
  }
})

t.test('a mount of no known type, and groups that cannot be, are refused', async (t) => {
  const { server: { world } } = vault(t, { time: 'manual' })
  const text = printJson(saveWorld(world))
  const broken = (change: (state: any) => void): string => {
    const state: unknown = JSON.parse(text)
    change(state)
    try {
      loadWorld(world, state)
      return 'taken'
    } catch (error) {
      return error instanceof StateError ? error.message : String(error)
    }
  }
  t.equal(broken(() => {}), 'taken')
  t.match(broken(({ clusters: [{ storage }] }) => { storage.entries['replicated/mounts/secret/'].type = 'ghost' }), /mounts\/secret\/\/type: expected .*, kv, /)
  t.match(broken(({ clusters: [{ raft }] }) => { delete raft.leaderId }), /^\/clusters\/0\/raft: expected that nobody is in contact without a leader/)
  t.match(broken(({ nodes: [node] }) => { node.process = 'stopped' }), /^\/clusters\/0\/raft: expected that the leader is a voter that runs/)
  t.match(broken(({ nodes: [node], clusters: [{ storage }] }) => { node.view = storage }), /^\/nodes\/0\/view: expected none of a node that follows/)
  t.match(broken(({ nomad }) => { nomad.raft.lastIndex++ }), /^\/nomad\/raft: expected that the leader has every committed entry/)
  t.match(broken(({ nomad }) => { nomad.servers[0].process = 'paused' }), /^\/nomad\/raft: expected that the leader is a voter that runs/)
  t.equal(printJson(saveWorld(world)), text)
})
