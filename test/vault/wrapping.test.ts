import t from 'tap'
import { createPublicKey, verify } from 'node:crypto'
import { tokenById } from '../../src/vault/tokens/tokens.js'
import { admitWrappingToken, rewrap, unwrap, wrapResponse, wrappingToken } from '../../src/vault/wrapping/wrapping.js'
import type { LogicalRequest } from '../../src/vault/paths.js'
import { TokenWorld } from './token-world.js'

const INVALID = { kind: 'invalid', message: 'wrapping token is not valid or does not exist' }

function wrapping (members: object = {}) {
  return { bodyText: '{"request_id":"1","data":{"a":1}}', ttlMs: 120_000, creationPath: 'sys/wrapping/wrap', ...members }
}

function request (members: Partial<LogicalRequest>): LogicalRequest {
  return { id: '', operation: 'update', path: 'sys/wrapping/unwrap', data: {}, clientToken: '', headers: {}, ...members }
}

t.test('what was wrapped comes out verbatim, once', async (t) => {
  const world = new TokenWorld()
  const info = wrapResponse(world, wrapping({ wrappedAccessor: 'abc' }))
  t.match(info, { ttlSeconds: 120, creationPath: 'sys/wrapping/wrap', wrappedAccessor: 'abc', creationTimeAtMs: world.nowMs })
  t.equal(unwrap(world, wrappingToken(world, info.token)), '{"request_id":"1","data":{"a":1}}')
  t.throws(() => wrappingToken(world, info.token), INVALID)
})

t.test('a wrapping token runs out', async (t) => {
  const world = new TokenWorld()
  const { token } = wrapResponse(world, wrapping())
  world.timeline.advance(120_000)
  t.equal(tokenById(world.storage, token), undefined)
  t.throws(() => wrappingToken(world, token), INVALID)
})

t.test('rewrapping keeps content, ttl and creation path, and kills the old token', async (t) => {
  const world = new TokenWorld()
  const first = wrapResponse(world, wrapping({ wrappedAccessor: 'abc' }))
  const second = rewrap(world, wrappingToken(world, first.token), 'http://127.0.0.1:8200', false)
  t.match(second, { ttlSeconds: 120, creationPath: 'sys/wrapping/wrap', wrappedAccessor: 'abc' })
  t.throws(() => wrappingToken(world, first.token), INVALID)
  t.equal(unwrap(world, wrappingToken(world, second.token)), wrapping().bodyText)
})

t.test('the guard accepts a wrapping token, own or in the body, and nothing else', async (t) => {
  const world = new TokenWorld()
  const { token } = wrapResponse(world, wrapping())
  t.doesNotThrow(() => admitWrappingToken(world, request({ clientToken: token })))
  t.doesNotThrow(() => admitWrappingToken(world, request({ data: { token } })))
  t.throws(() => admitWrappingToken(world, request({ clientToken: world.root.id })), INVALID)
  t.throws(() => admitWrappingToken(world, request({ data: { token: 'nope' }, clientToken: token })), INVALID)
  t.throws(() => admitWrappingToken(world, request({ data: { token: '' } })), { kind: 'denied', message: 'error validating wrapping token: empty token in request body' })
  t.doesNotThrow(() => admitWrappingToken(world, request({ path: 'sys/mounts' })))
})

t.test('a JWT carries the token, its times and the address, signed with P-521', async (t) => {
  const world = new TokenWorld()
  const { token } = wrapResponse(world, wrapping({ format: 'jwt', apiAddr: 'https://vault:8200' }))
  const [header, claims, signature] = token.split('.') as [string, string, string]
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  const iat = world.nowMs / 1000
  t.same(read(header), { alg: 'ES512', typ: 'JWT' })
  t.match(read(claims), { accessor: '', addr: 'https://vault:8200', iat, exp: iat + 120, nbf: iat - 5, type: 'wrapping', jti: /^hvs\./ })
  const { d, ...jwk } = world.storage.get('own/wrapping-jwt-key') as Record<string, string>
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  t.ok(verify('sha512', Buffer.from(`${header}.${claims}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')))
})

t.test('a JWT unwraps like the token inside, a forged one does not', async (t) => {
  const world = new TokenWorld()
  const { token } = wrapResponse(world, wrapping({ format: 'jwt', apiAddr: '' }))
  const admitted = admitWrappingToken(world, request({ clientToken: token }))
  t.match(admitted.clientToken, /^hvs\./)
  t.throws(() => wrappingToken(world, token.slice(0, -8) + 'AAAAAAAA'), INVALID)
  t.equal(unwrap(world, wrappingToken(world, token)), wrapping().bodyText)
})
