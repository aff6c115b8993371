// sys/wrapping
import t, { type Test } from 'tap'
import { NEW_YEAR, NO_TOKEN, vault, type Vault } from '../../vault-server.js'

const INVALID = '400 wrapping token is not valid or does not exist'

interface Wrapped extends Vault {
  /** the wrapping token */
  readonly token: string
}

/** `{"a":1}`, wrapped for two minutes. */
async function withWrapped (t: Test): Promise<Wrapped> {
  const server = vault(t, NEW_YEAR)
  const { body } = await server.send('POST', 'sys/wrapping/wrap', { a: 1 }, { 'x-vault-wrap-ttl': '120' })
  return { ...server, token: body.wrap_info.token }
}

t.test('POST wrapping/wrap wraps what it is given', async (t) => {
  const { send } = vault(t, NEW_YEAR)
  const { body } = await send('POST', 'sys/wrapping/wrap', { a: 1 }, { 'x-vault-wrap-ttl': '2m' })
  t.match(body, {
    data: null,
    wrap_info: { ttl: 120, creation_time: '2024-01-01T00:00:00Z', creation_path: 'sys/wrapping/wrap', token: /^hvs\./ }
  })
})

t.test('POST wrapping/wrap needs a time, which must be one', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'sys/wrapping/wrap', { a: 1 }), '400 endpoint requires response wrapping to be used')
  t.match(
    await verdict('POST', 'sys/wrapping/wrap', { a: 1 }, { 'x-vault-wrap-ttl': 'soon' }),
    /^400 error parsing X-Vault-Wrap-TTL header: /
  )
})

t.test('POST wrapping/lookup shows a token without using it, and without a token of its own', async (t) => {
  const { data, token } = await withWrapped(t)
  const shown = { creation_path: 'sys/wrapping/wrap', creation_time: '2024-01-01T00:00:00Z', creation_ttl: 120 }
  for (const headers of [{}, NO_TOKEN]) {
    t.same(await data('POST', 'sys/wrapping/lookup', { token }, headers), shown)
  }
})

t.test('GET wrapping/lookup shows the token in use', async (t) => {
  const { data, token } = await withWrapped(t)
  t.match(await data('GET', 'sys/wrapping/lookup', undefined, { 'x-vault-token': token }), { creation_ttl: 120 })
})

t.test('POST wrapping/unwrap gives out once what was wrapped, to the wrapping token itself', async (t) => {
  const { send, verdict, token } = await withWrapped(t)
  const asWrapped = { 'x-vault-token': token }
  const { body, text } = await send('POST', 'sys/wrapping/unwrap', {}, asWrapped)
  t.same(body.data, { a: 1 })
  t.notOk(text.endsWith('\n'))
  t.equal(await verdict('POST', 'sys/wrapping/unwrap', {}, asWrapped), INVALID)
})

t.test('POST wrapping/unwrap takes the wrapping token of somebody else, once', async (t) => {
  const { data, verdict, token } = await withWrapped(t)
  t.same(await data('POST', 'sys/wrapping/unwrap', { token }), { a: 1 })
  t.equal(await verdict('POST', 'sys/wrapping/unwrap', { token }), INVALID)
})

t.test('POST wrapping/unwrap refuses tokens that wrap nothing, and no token', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'sys/wrapping/unwrap', { token: 'nope' }), INVALID)
  t.equal(await verdict('POST', 'sys/wrapping/unwrap', {}), INVALID)
  t.equal(
    await verdict('POST', 'sys/wrapping/unwrap', { token: '' }),
    '403 error validating wrapping token: empty token in request body'
  )
})

t.test('POST wrapping/unwrap looks at the token in the body, though the one in use wraps something', async (t) => {
  const { verdict, token } = await withWrapped(t)
  t.equal(await verdict('POST', 'sys/wrapping/unwrap', { token: 'nope' }, { 'x-vault-token': token }), INVALID)
})

t.test('POST wrapping/rewrap moves what was wrapped to a new token, with the same times', async (t) => {
  const { send, data, verdict, token } = await withWrapped(t)
  const { wrap_info: info } = (await send('POST', 'sys/wrapping/rewrap', { token })).body
  t.match(info, { ttl: 120, creation_path: 'sys/wrapping/wrap' })
  t.not(info.token, token)
  t.equal(await verdict('POST', 'sys/wrapping/unwrap', { token }), INVALID)
  t.same(await data('POST', 'sys/wrapping/unwrap', { token: info.token }), { a: 1 })
})

t.test('a wrapping token ends with its time', async (t) => {
  const { verdict, advance, token } = await withWrapped(t)
  advance(120_000)
  t.equal(await verdict('POST', 'sys/wrapping/lookup', { token }), INVALID)
})
