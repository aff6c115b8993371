// How requests are read: paths, methods, content types, broken JSON, headers; and what the community edition lacks.
import { activeNode, get, put, post, del, list } from '../steps.js'

const anon = { noToken: true }
const json = (body, type) => ({ body, ...(type !== undefined && { headers: { 'Content-Type': type } }) })
const policy = '/v1/sys/policies/acl/p1'
const write = (id, body, type, more = {}) => ({ id, method: 'PUT', path: policy, ...json(body, type), ...more })

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable kv 1', '/v1/sys/mounts/kv1', { type: 'kv', options: { version: '1' } }),
    get('root', '/', anon),
    get('v1', '/v1', anon),
    get('v1 slash', '/v1/', anon),
    get('v1 slash with token', '/v1/'),
    get('outside v1', '/foo', anon),
    get('v2', '/v2/sys/health', anon),
    get('unknown sys path', '/v1/sys/nowhere'),
    get('unknown sys path, no token', '/v1/sys/nowhere', anon),
    get('unknown mount', '/v1/nowhere/x'),
    put('unknown mount, write', '/v1/nowhere/x', { a: 1 }),
    del('unknown mount, delete', '/v1/nowhere/x'),
    list('unknown mount, list', '/v1/nowhere/x'),
    get('unknown mount, no token', '/v1/nowhere/x', anon),
    write('write, no content type', '{"policy":"path \\"a\\" { capabilities = [\\"read\\"] }"}'),
    write(
      'write, JSON labelled as form', '{"policy":"path \\"a\\" { capabilities = [\\"read\\"] }"}',
      'application/x-www-form-urlencoded'
    ),
    write(
      'write, JSON labelled as text', '{"policy":"path \\"a\\" { capabilities = [\\"read\\"] }"}',
      'text/plain;charset=UTF-8'
    ),
    write(
      'write, JSON labelled as octets', '{"policy":"path \\"a\\" { capabilities = [\\"read\\"] }"}',
      'application/octet-stream'
    ),
    write(
      'write, true form',
      'policy=path+%22a%22+%7B+capabilities+%3D+%5B%22read%22%5D+%7D',
      'application/x-www-form-urlencoded'
    ),
    write('write, form without label', 'policy=abc'),
    write('write, malformed JSON', '{"policy":'),
    write('write, trailing comma', '{"policy":"x",}'),
    write('write, JSON array', '[1,2]'),
    write('write, JSON string', '"abc"'),
    write('write, JSON number', '12'),
    write('write, null', 'null'),
    write('write, two JSON values', '{"policy":"path \\"a\\" {}"} {"b":2}'),
    write('write, blank body', '   '),
    write('write, JSON type and empty body', undefined, 'application/json', { body: '' }),
    write('write, duplicate keys', '{"policy":"path \\"a\\" {}","policy":"path \\"b\\" {}"}'),
    write('write, deep nesting', '{"policy":' + '['.repeat(50) + ']'.repeat(50) + '}'),
    put('write with a trailing slash', '/v1/kv1/foo/', { a: 1 }),
    put('kv write', '/v1/kv1/foo', { a: 1, b: 'two', big: 1 }),
    put('kv write, proto keys', '/v1/kv1/proto', '{"__proto__":{"x":1},"constructor":2,"prototype":3}'),
    get('kv read, proto keys', '/v1/kv1/proto'),
    put('kv write, big numbers', '/v1/kv1/big', '{"n":12345678901234567890,"f":1.0,"e":1e3}'),
    get('kv read, big numbers', '/v1/kv1/big', { asText: true }),
    put('kv write, html characters', '/v1/kv1/html', { t: '<a href="x">&</a>', u: '\u2028 é 😀' }),
    get('kv read, html characters', '/v1/kv1/html', { asText: true }),
    list('kv list by LIST', '/v1/kv1'),
    list('kv list by LIST, trailing slash', '/v1/kv1/'),
    get('kv list=true', '/v1/kv1?list=true'),
    get('kv list=1', '/v1/kv1/?list=1'),
    get('kv list=T', '/v1/kv1/?list=T'),
    get('kv list=false', '/v1/kv1/foo?list=false'),
    get('kv list=maybe', '/v1/kv1/?list=maybe'),
    list('kv list of nothing', '/v1/kv1/empty'),
    get('kv read of nothing', '/v1/kv1/empty'),
    del('kv delete of nothing', '/v1/kv1/empty'),
    get('percent-encoded path', '/v1/kv1%2Ffoo'),
    get('double slash', '/v1//kv1/foo'),
    get('double slash inside', '/v1/kv1//foo'),
    get('dot segments', '/v1/kv1/x/../foo'),
    { id: 'HEAD on a read', method: 'HEAD', path: '/v1/kv1/foo' },
    { id: 'HEAD on nothing', method: 'HEAD', path: '/v1/kv1/empty' },
    { id: 'OPTIONS', method: 'OPTIONS', path: '/v1/kv1/foo' },
    { id: 'TRACE', method: 'TRACE', path: '/v1/kv1/foo' },
    { id: 'PATCH without the merge type', method: 'PATCH', path: '/v1/kv1/foo', body: { a: 2 } },
    {
      id: 'PATCH with the merge type on kv 1',
      method: 'PATCH',
      path: '/v1/kv1/foo',
      body: { a: 2 },
      headers: { 'Content-Type': 'application/merge-patch+json' }
    },
    { id: 'GET with a body', path: '/v1/kv1/foo', body: { list: true } },
    { id: 'DELETE with a body', method: 'DELETE', path: '/v1/kv1/none', body: '{broken' },
    get('namespace header', '/v1/sys/storage/raft/configuration', { headers: { 'X-Vault-Namespace': 'team/' } }),
    get('empty namespace header', '/v1/kv1/foo', { headers: { 'X-Vault-Namespace': '' } }),
    get('X-Vault-Request false', '/v1/kv1/foo', { headers: { 'X-Vault-Request': 'false' } }),
    get('both token headers', '/v1/kv1/foo', {
      headers: { 'X-Vault-Token': '{{root}}', Authorization: 'Bearer wrong' }
    }),
    get('bearer in lower case', '/v1/kv1/foo', { noToken: true, headers: { Authorization: 'bearer {{root}}' } }),
    get('basic authorization', '/v1/kv1/foo', { noToken: true, headers: { Authorization: 'Basic abc' } }),
    get('token with a newline escape', '/v1/kv1/foo', { token: 'hvs.%0a' }),
    get('help', '/v1/sys/storage/raft/configuration?help=1'),
    put('wrap a read: bad ttl', '/v1/kv1/foo2', { a: 1 }, { headers: { 'X-Vault-Wrap-TTL': 'soon' } }),
    get('wrap a read', '/v1/kv1/foo', { headers: { 'X-Vault-Wrap-TTL': '60' } }),
    get('wrap a configuration read', '/v1/sys/storage/raft/configuration', { headers: { 'X-Vault-Wrap-TTL': '5m' } }),
    get('wrap a 204', '/v1/kv1/none', { method: 'DELETE', headers: { 'X-Vault-Wrap-TTL': '60' } }),
    get('wrap a 404', '/v1/kv1/none', { headers: { 'X-Vault-Wrap-TTL': '60' } }),
    get('UI', '/ui/', anon),
    get('metrics', '/v1/sys/metrics', { maskWith: (b) => Object.keys(b).sort() }),
    get('metrics prometheus', '/v1/sys/metrics?format=prometheus', { maskWith: () => '<metrics>' }),
    get('host-info', '/v1/sys/host-info', { maskWith: (b) => Object.keys(b?.data ?? b).sort() }),
    get('license status', '/v1/sys/license/status'),
    get('replication status', '/v1/sys/replication/status'),
    get('replication status, no token', '/v1/sys/replication/status', anon),
    get('replication performance status', '/v1/sys/replication/performance/status', anon),
    get('replication dr status', '/v1/sys/replication/dr/status', anon),
    post('replication primary enable', '/v1/sys/replication/primary/enable', {}),
    post('replication performance primary enable', '/v1/sys/replication/performance/primary/enable', {}),
    post('replication recover', '/v1/sys/replication/recover', {}),
    post('replication reindex', '/v1/sys/replication/reindex', {})
  ]
}
