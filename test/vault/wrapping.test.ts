// Wrapped answers: what their tokens may be, and tokens in the form of a JWT.
import t from 'tap'
import { DENIED, NEW_YEAR, vault, type Vault } from '../vault-server.js'

const INVALID = '400 wrapping token is not valid or does not exist'
const JWT = { 'x-vault-wrap-ttl': '120', 'x-vault-wrap-format': 'jwt' }

async function wrapped ({ send }: Vault, headers: Record<string, string> = { 'x-vault-wrap-ttl': '120' }): Promise<any> {
  return (await send('POST', 'sys/wrapping/wrap', { a: 1 }, headers)).body.wrap_info
}

t.test('any answer can be wrapped, and a wrapped token tells its accessor', async (t) => {
  const { send } = vault(t)
  const { body } = await send('POST', 'auth/token/create', { policies: ['default'] }, { 'x-vault-wrap-ttl': '60s' })
  t.match(body, { auth: null, wrap_info: { ttl: 60, creation_path: 'auth/token/create' } })
  const unwrapped = await send('POST', 'sys/wrapping/unwrap', { token: body.wrap_info.token })
  t.equal(unwrapped.body.auth.accessor, body.wrap_info.wrapped_accessor)
})

t.test('refusals and empty answers are not wrapped', async (t) => {
  const { send, verdict } = vault(t)
  const wrap = { 'x-vault-wrap-ttl': '60' }
  t.equal(await verdict('GET', 'sys/mounts/none', undefined, wrap), '400 No secret engine mount at none/')
  t.match(await send('PUT', 'sys/policies/acl/p', { policy: '# nothing' }, wrap), { status: 204, text: '' })
})

t.test('a wrapping token is good for unwrapping and nothing else', async (t) => {
  const server = vault(t)
  const { token } = await wrapped(server)
  t.match(await server.verdict('GET', 'sys/mounts', undefined, { 'x-vault-token': token }), /^403 /)
})

t.test('a token that wraps nothing unwraps nothing', async (t) => {
  t.equal(await vault(t).verdict('POST', 'sys/wrapping/unwrap', { token: 'root' }), INVALID)
})

t.test('a JWT carries the token, its times and the address, signed with P-521', async (t) => {
  const server = vault(t, NEW_YEAR)
  const { token } = await wrapped(server, JWT)
  const [header, claims, signature] = token.split('.').map((part: string) => Buffer.from(part, 'base64url'))
  const issuedAt = NEW_YEAR.startAtMs / 1000
  t.same(JSON.parse(header), { alg: 'ES512', typ: 'JWT' })
  t.match(JSON.parse(claims), {
    accessor: '',
    addr: 'http://127.0.0.1:8200',
    iat: issuedAt,
    exp: issuedAt + 120,
    nbf: issuedAt - 5,
    type: 'wrapping',
    jti: /^hvs\./
  })
  t.equal(signature.length, 132)
})

t.test('a JWT unwraps like the token inside, as the token in use or in the body', async (t) => {
  const server = vault(t)
  const [first, second] = [await wrapped(server, JWT), await wrapped(server, JWT)]
  t.same(await server.data('POST', 'sys/wrapping/unwrap', {}, { 'x-vault-token': first.token }), { a: 1 })
  t.same(await server.data('POST', 'sys/wrapping/unwrap', { token: second.token }), { a: 1 })
})

t.test('a forged JWT unwraps nothing', async (t) => {
  const server = vault(t)
  const { token } = await wrapped(server, JWT)
  const forged = `${String(token).slice(0, -8)}AAAAAAAA`
  t.equal(await server.verdict('POST', 'sys/wrapping/unwrap', { token: forged }), INVALID)
})

t.test('a wrapping token cannot rewrap itself, for its policy is for unwrapping; others can', async (t) => {
  const server = vault(t)
  const { token } = await wrapped(server, JWT)
  t.equal(await server.verdict('POST', 'sys/wrapping/rewrap', {}, { 'x-vault-token': token }), DENIED)
  const other = await wrapped(server, JWT)
  const { body } = await server.send('POST', 'sys/wrapping/rewrap', { token: other.token })
  t.same(await server.data('POST', 'sys/wrapping/unwrap', { token: body.wrap_info.token }), { a: 1 })
})
