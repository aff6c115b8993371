// Values nested as deep as the real server takes them: 10,000 levels, and 400 beyond.
import { HEALTHY, send, type Entry } from './entry.js'
import type { Piece, Step } from '../cases.js'

function nested (levels: number): Piece[] {
  return ['{"a":', { repeat: '[', times: levels }, { repeat: ']', times: levels }, '}']
}

const KV = send('POST /v1/sys/mounts/kv', '{"type":"kv"}', 204)
/** What has to work on, once such a value is stored at `path`. */
function used (path: string): Step[] {
  return [
    send(`GET ${path}`, undefined, 200), send('GET /_mock/state', undefined, 200), send('GET /v1/sys/storage/raft/snapshot', undefined, 200),
    send('POST /v1/sys/storage/raft/snapshot', { snapshot: [] }, 204), send(`PUT ${path}`, '{"a":1}', 204), send(`PUT ${path}`, nested(4_000), 204), send(`DELETE ${path}`, undefined, 204), HEALTHY
  ]
}

export const nesting: readonly Entry[] = [
  ...[300, 2_000, 4_000, 9_990].flatMap((levels): Entry[] => [
    { name: `${levels} nested arrays in KV v1`, real: '204, and the read is 200; all else works', steps: [KV, send('PUT /v1/kv/x', nested(levels), 204), ...used('/v1/kv/x'), send('PUT /v1/kv/x', nested(levels), 204), send('DELETE /v1/sys/mounts/kv', undefined, 204)] },
    { name: `${levels} nested arrays in a cubbyhole`, real: '204, and the read is 200; all else works', steps: [send('PUT /v1/cubbyhole/x', nested(levels), 204), ...used('/v1/cubbyhole/x')] }
  ]),
  { name: '4,000 nested arrays saved and loaded', real: 'the state it gave out is taken back', steps: [KV, send('PUT /v1/kv/x', nested(4_000), 204), send('PUT /_mock/state', { state: [] }, 204), send('GET /v1/kv/x', undefined, 200)] },
  { name: '4,000 nested arrays in KV v2', real: '200', steps: [send('PUT /v1/secret/data/x', ['{"data":', ...nested(4_000), '}'], 200), send('GET /v1/secret/data/x', undefined, 200), send('PATCH /v1/secret/data/x', ['{"data":', ...nested(4_000), '}'], undefined, { headers: [['X-Vault-Token', 'root'], ['Content-Type', 'application/merge-patch+json']] })] },
  { name: '10,001 nested arrays', real: '400 error parsing JSON', steps: [KV, send('PUT /v1/kv/x', nested(10_001), { status: 400, contains: 'error parsing JSON' }), send('GET /v1/kv/x', undefined, 404)] },
  { name: '10,001 nested arrays, OpenBao', real: '400 error parsing JSON', flags: ['--profile', 'openbao-2.5'], steps: [KV, send('PUT /v1/kv/x', nested(10_001), { status: 400, contains: 'error parsing JSON' })] },
  { name: '4,000 nested arrays, Vault 1.21', real: '500 JSON input exceeds allowed nesting depth', flags: ['--profile', 'vault-1.21'], steps: [KV, send('PUT /v1/kv/x', nested(4_000), { status: 500, contains: 'JSON input exceeds allowed nesting depth' })] },
  { name: '200,000 brackets at every door', real: '400', steps: ['/v1/sys/unseal', '/v1/secret/data/x', '/_mock/state', '/_mock/faults', '/v1/sys/storage/raft/join'].map((path) => send(`PUT ${path}`, [{ repeat: '[', times: 200_000 }])) },
  { name: '10,001 nested arrays at Nomad', real: '400', steps: [send('PUT /v1/operator/autopilot/configuration', nested(10_001), undefined, { to: 'nomad' })] },
  { name: 'policies that nest', real: '400', steps: ['[', '{"a":', 'path "x" {', 'a = ['].map((piece) => send('PUT /v1/sys/policies/acl/x', ['{"policy":"', { repeat: piece.replaceAll('"', '\\"'), times: 20_000 }, '"}'], 400)) }
]
