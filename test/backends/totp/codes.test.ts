// totp/code: codes on the simulated clock, and what becomes of those that are presented
import t, { type Test } from 'tap'
import { NEW_YEAR, vault, type Vault } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const USED = '400 code already used; wait until the next time period'
const PERIOD_MS = 30_000

interface Totp extends Vault {
  readonly code: () => Promise<string>
  readonly validate: (code: string) => Promise<string>
}

/** An engine with the key `mine`. */
async function withKey (t: Test, key: object = {}, options: ServerOptions = {}): Promise<Totp> {
  const server = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', ...options })
  await server.send('POST', 'sys/mounts/totp', { type: 'totp' })
  await server.send('POST', 'totp/keys/mine', { key: SECRET, issuer: 'Acme', account_name: 'ann', ...key })
  return {
    ...server,
    code: async () => (await server.data('GET', 'totp/code/mine')).code,
    validate: async (code) => {
      const { status, body } = await server.send('POST', 'totp/code/mine', { code })
      return status === 200 ? String(body.data.valid) : `${status} ${body.errors}`
    }
  }
}

/** RFC 6238, appendix B: the key is the digits 1 to 0 as often as the hash is long. */
const SECRETS = {
  SHA1: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  SHA256: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA',
  SHA512: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA'
}
const VECTORS = [
  [59, 'SHA1', '94287082'], [59, 'SHA256', '46119246'], [59, 'SHA512', '90693936'],
  [1111111109, 'SHA1', '07081804'], [1111111109, 'SHA256', '68084774'], [1111111109, 'SHA512', '25091201'],
  [20000000000, 'SHA1', '65353130'], [20000000000, 'SHA256', '77737706'], [20000000000, 'SHA512', '47863826']
] as const

for (const [seconds, algorithm, code] of VECTORS) {
  t.test(`GET code/:name gives RFC 6238's code of ${algorithm} at ${seconds} s`, async (t) => {
    const key = { key: SECRETS[algorithm], algorithm, digits: 8 }
    t.equal(await (await withKey(t, key, { startAtMs: seconds * 1000 })).code(), code)
  })
}

t.test('GET code/:name changes with the clock, once per period', async (t) => {
  const { code, advance } = await withKey(t)
  const first = await code()
  t.match(first, /^\d{6}$/)
  advance(PERIOD_MS - 1)
  t.equal(await code(), first)
  advance(1)
  t.not(await code(), first)
})

t.test('POST code/:name takes a right code once', async (t) => {
  const { code, validate, advance } = await withKey(t)
  const right = await code()
  t.equal(await validate(right), 'true')
  t.equal(await validate(right), USED)
  advance(PERIOD_MS)
  t.equal(await validate(right), USED, 'it would still be valid by its neighbour')
})

t.test('POST code/:name remembers a wrong code, too, and forgets both when they are over', async (t) => {
  const { validate, advance } = await withKey(t)
  t.equal(await validate('000000'), 'false')
  t.equal(await validate('000000'), USED)
  advance(3 * PERIOD_MS - 1)
  t.equal(await validate('000000'), USED)
  advance(1)
  t.equal(await validate('000000'), 'false')
})

t.test('POST code/:name takes the codes of the periods before and after the present one', async (t) => {
  const { code, validate, advance } = await withKey(t)
  const past = await code()
  advance(PERIOD_MS)
  t.equal(await validate(past), 'true')
  const older = await code()
  advance(2 * PERIOD_MS)
  t.equal(await validate(older), 'false')
})

t.test('POST code/:name takes only the code of the present period where the key has no skew', async (t) => {
  const { code, validate, advance } = await withKey(t, { skew: 0 })
  const past = await code()
  advance(PERIOD_MS)
  t.equal(await validate(past), 'false')
  t.equal(await validate(await code()), 'true')
})

t.test('POST code/:name with blanks: another code, the same code, or one of another length', async (t) => {
  const answers = async (profile: NonNullable<ServerOptions['profile']>): Promise<string[]> => {
    const { code, validate } = await withKey(t, {}, { profile })
    const right = await code()
    return [await validate(` ${right}`), await validate(right), await validate('12')]
  }
  t.same(await answers('vault-1.14'), ['true', 'true', 'false'])
  t.same(await answers('vault-1.21'), ['true', USED, 'false'])
  t.same(await answers('openbao-2.5'), ['true', USED, '400 invalid number of digits for the code'])
})

t.test('code/:name without a code or a key is refused', async (t) => {
  const { verdict } = await withKey(t)
  t.equal(await verdict('POST', 'totp/code/mine', {}), '400 the code value is required')
  t.equal(await verdict('POST', 'totp/code/none', { code: '1' }), '400 unknown key: none')
  t.equal(await verdict('GET', 'totp/code/none'), '400 unknown key: none')
})

t.test('DELETE sys/mounts/:path takes the codes with it', async (t) => {
  const { server, send, validate } = await withKey(t)
  await validate('000000')
  const left = (): string[] => [...server.world.clusters.values()].flatMap(({ storage }) => [...storage.paths()]).filter((path) => path.includes('000000'))
  t.equal(left().length, 1)
  await send('DELETE', 'sys/mounts/totp')
  t.equal(left().length, 0)
})
