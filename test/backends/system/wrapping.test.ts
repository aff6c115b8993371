import t from 'tap'
import { wrappingPaths } from '../../../src/backends/system/wrapping.js'
import { tokenById, useToken } from '../../../src/vault/tokens/tokens.js'
import { wrapResponse } from '../../../src/vault/wrapping/wrapping.js'
import { TokenWorld } from '../../vault/token-world.js'

const backend = { type: 'system', paths: wrappingPaths }

function withWrapped () {
  const world = new TokenWorld()
  const info = wrapResponse(world, { bodyText: '{"data":{"a":1}}', ttlMs: 120_000, creationPath: 'sys/wrapping/wrap' })
  return { world, info }
}

t.test('wrapping asks for the header and gives back what it was given', async (t) => {
  const world = new TokenWorld()
  t.throws(() => world.run('update', 'wrapping/wrap', { secret: 'x' }, { backend }), { message: 'endpoint requires response wrapping to be used' })
  t.same(world.run('update', 'wrapping/wrap', { secret: 'x' }, { backend, wrapTtlMs: 1000 })?.data, { secret: 'x' })
})

t.test('a lookup does not use the token', async (t) => {
  const { world, info } = withWrapped()
  for (let i = 0; i < 2; i++) {
    t.same(world.data('update', 'wrapping/lookup', { token: info.token }, { backend }), {
      creation_path: 'sys/wrapping/wrap', creation_time: '2024-01-01T00:00:00Z', creation_ttl: 120
    })
  }
})

t.test('unwrapping with the wrapping token itself, whose one use is being made', async (t) => {
  const { world, info } = withWrapped()
  const token = tokenById(world.storage, info.token)!
  useToken(world, token)
  t.same(world.run('update', 'wrapping/unwrap', {}, { backend, token }), { verbatim: '{"data":{"a":1}}' })
  t.equal(tokenById(world.storage, info.token), undefined)
})

t.test("unwrapping somebody else's token", async (t) => {
  const { world, info } = withWrapped()
  t.same(world.run('update', 'wrapping/unwrap', { token: info.token }, { backend }), { verbatim: '{"data":{"a":1}}' })
  t.throws(() => world.run('update', 'wrapping/unwrap', { token: info.token }, { backend }), { message: 'wrapping token is not valid or does not exist' })
})

t.test('rewrapping answers with a new token', async (t) => {
  const { world, info } = withWrapped()
  const { wrapInfo } = world.run('update', 'wrapping/rewrap', { token: info.token }, { backend }) ?? {}
  t.match(wrapInfo, { ttlSeconds: 120, creationPath: 'sys/wrapping/wrap' })
  t.not(wrapInfo?.token, info.token)
})
