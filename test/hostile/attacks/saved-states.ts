// Saved states, filled with records of all kinds, changed in a few places and loaded; then the world is used.
import type { RequestStep, Step } from '../cases.js'
import type { Dice } from '../dice.js'
import type { StateChange } from '../state-changes.js'
import { hostileValue } from '../values.js'

const PLACES = 100_000

function step (line: string, body?: object): RequestStep {
  const [method = '', path = ''] = line.split(' ')
  const headers = [['X-Vault-Token', 'root']] as const
  return { kind: 'request', to: 'main', method, path, headers, ...body === undefined ? {} : { body: [JSON.stringify(body)] } }
}

/** What makes records of a kind, and what reads and changes them afterwards. */
const RECORDS: ReadonlyArray<readonly [makes: readonly Step[], uses: readonly Step[]]> = [
  [[step('POST /v1/sys/auth/approle', { type: 'approle' }), step('POST /v1/auth/approle/role/r', { secret_id_ttl: '1h' }), step('POST /v1/auth/approle/role/r/secret-id', {})],
    [step('GET /v1/auth/approle/role/r'), step('LIST /v1/auth/approle/role/r/secret-id'), step('POST /v1/auth/approle/role/r/secret-id', {}), step('DELETE /v1/auth/approle/role/r')]],
  [[step('POST /v1/sys/auth/userpass', { type: 'userpass' }), step('POST /v1/auth/userpass/users/u', { password: 'p' }), step('POST /v1/auth/userpass/login/u', { password: 'p' }), step('POST /v1/auth/userpass/login/u', { password: 'x' })],
    [step('GET /v1/auth/userpass/users/u'), step('POST /v1/auth/userpass/login/u', { password: 'p' }), step('LIST /v1/identity/entity/id'), step('GET /v1/sys/leases/count?type=all')]],
  [[step('POST /v1/identity/entity', { name: 'e', metadata: { a: 'b' } })], [step('GET /v1/identity/entity/name/e'), step('LIST /v1/identity/entity/name'), step('POST /v1/identity/entity', { name: 'e', policies: ['x'] })]],
  [[step('POST /v1/sys/policies/password/p', { policy: 'length = 20\nrule "charset" { charset = "abc" }' })], [step('GET /v1/sys/policies/password/p/generate'), step('GET /v1/sys/policies/password/p')]],
  [[step('PUT /v1/sys/audit/a', { type: 'file', options: { file_path: '/a.log' } }), step('POST /v1/sys/config/auditing/request-headers/x', { hmac: true })], [step('GET /v1/sys/audit'), step('GET /v1/secret/data/app'), step('POST /v1/sys/audit-hash/a', { input: 'x' })]],
  [[step('POST /v1/sys/quotas/rate-limit/q', { rate: 1000, path: '' }), step('POST /v1/sys/quotas/config', { enable_rate_limit_response_headers: true })], [step('GET /v1/sys/quotas/rate-limit/q'), step('GET /v1/sys/quotas/config'), step('GET /v1/secret/data/app')]],
  [[step('POST /v1/secret/config', { max_versions: 5 }), step('POST /v1/secret/data/x', { data: { a: 1 } }), step('POST /v1/secret/metadata/x', { custom_metadata: { a: 'b' } })],
    [step('GET /v1/secret/metadata/x'), step('GET /v1/secret/data/x'), step('DELETE /v1/secret/data/x'), step('POST /v1/secret/data/x', { data: { a: 2 } }), step('GET /v1/secret/config')]],
  [[step('PUT /v1/sys/storage/raft/snapshot-auto/config/s', { interval: '1h', retain: 1, storage_type: 'local', path_prefix: './s', local_max_space: 1_000_000 }), step('POST /_mock/time/advance', { ms: 4_000_000 })],
    [step('GET /v1/sys/storage/raft/snapshot-auto/status/s'), step('GET /v1/sys/storage/raft/snapshot-auto/config/s'), step('POST /_mock/time/advance', { ms: 4_000_000 })]],
  [[step('POST /v1/sys/replication/performance/primary/enable', {}), step('POST /v1/sys/replication/performance/primary/secondary-token', { id: 's' })], [step('GET /v1/sys/replication/status'), step('POST /v1/sys/replication/performance/primary/revoke-secondary', { id: 's' }), step('POST /v1/sys/replication/performance/primary/demote', {})]],
  [[step('PUT /v1/sys/config/cors', { allowed_origins: ['http://a'] }), step('POST /v1/sys/config/ui/headers/X-A', { values: ['b'] })], [step('GET /v1/sys/config/cors'), step('GET /v1/sys/config/ui/headers/X-A')]],
  [[step('PUT /v1/sys/rekey/init', { secret_shares: 1, secret_threshold: 1 }), step('PUT /v1/sys/generate-root/attempt', {})], [step('GET /v1/sys/rekey/init'), step('GET /v1/sys/generate-root/attempt'), step('PUT /v1/sys/generate-root/update', { key: 'AAAA', nonce: 'x' })]],
  [[step('POST /v1/auth/token/roles/r', { period: '1h' }), step('POST /v1/auth/token/create/r', {})], [step('GET /v1/auth/token/roles/r'), step('POST /v1/auth/token/create/r', {}), step('LIST /v1/auth/token/accessors')]],
  [[step('POST /v1/sys/rotate/config', { enabled: true, interval: '24h' }), step('POST /v1/sys/rotate', {})], [step('GET /v1/sys/rotate/config'), step('GET /v1/sys/key-status')]]
]
const USES: readonly Step[] = [
  step('GET /_mock/state'), step('GET /v1/sys/storage/raft/configuration'), step('PUT /v1/secret/data/app', { data: { a: 1 } }), step('GET /_mock/time'), step('GET /v1/sys/mounts'),
  step('POST /_mock/time/advance', { ms: 60_000 }), step('GET /v1/sys/replication/status'), step('GET /v1/sys/storage/raft/autopilot/state'), step('GET /v1/sys/storage/raft/snapshot'), step('GET /v1/sys/ha-status')
]

export function savedStates (dice: Dice): Step[] {
  const [makes, uses] = dice.pick(RECORDS)
  return [
    ...makes,
    { kind: 'request', to: 'main', method: 'PUT', path: '/_mock/state', headers: [], body: { state: [change(dice), ...dice.several(2, () => change(dice))] } },
    ...uses,
    ...dice.several(3, () => dice.pick(USES))
  ]
}

function change (dice: Dice): StateChange {
  const place = dice.below(PLACES)
  return dice.chance(0.3) ? { place } : { place, to: hostileValue(dice) }
}
