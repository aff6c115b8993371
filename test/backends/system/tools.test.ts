// sys/tools/random, sys/tools/hash
import t from 'tap'
import { vault } from '../../vault-server.js'

const SHA2_256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
const SHA3_256 = '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532'

const RANDOM: readonly (readonly [string, object, number])[] = [
  ['', {}, 32],
  ['', { bytes: 7 }, 7],
  ['/8', {}, 8],
  ['/platform/5', {}, 5],
  ['/all', { bytes: 7 }, 7]
]
for (const [suffix, body, length] of RANDOM) {
  t.test(`POST tools/random${suffix} of ${JSON.stringify(body)} gives ${length} bytes, in both formats`, async (t) => {
    const { data } = vault(t)
    const { random_bytes: base64 } = await data('POST', `sys/tools/random${suffix}`, body)
    t.equal(Buffer.from(base64, 'base64').length, length)
    const { random_bytes: hex } = await data('POST', `sys/tools/random${suffix}`, { ...body, format: 'hex' })
    t.match(hex, new RegExp(`^[0-9a-f]{${length * 2}}$`))
  })
}

const UNPARSED = 'error parsing url-set byte count: strconv.Atoi: parsing "many": invalid syntax'
const REFUSED: readonly (readonly [string, object, string])[] = [
  ['random', { bytes: 0 }, '"bytes" cannot be less than 1'],
  ['random/131073', {}, '"bytes" should be less than 131072'],
  ['random', { format: 'rot13' }, 'unsupported encoding format "rot13"; must be "hex" or "base64"'],
  ['random/many', {}, UNPARSED],
  ['random/moon/4', {}, 'unsupported entropy source "moon"; must be "platform" or "seal", or "all"'],
  ['hash/md5', { input: 'YWJj' }, 'unsupported algorithm md5'],
  ['hash', { input: 'YW!' }, 'unable to decode input as base64: illegal base64 data at input byte 2'],
  ['hash', { input: 'YWJj', format: 'rot13' }, 'unsupported encoding format "rot13"; must be "hex" or "base64"']
]
for (const [path, body, text] of REFUSED) {
  t.test(`POST tools/${path} of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    t.equal(await vault(t).verdict('POST', `sys/tools/${path}`, body), `400 ${text}`)
  })
}

t.test('POST tools/hash takes the algorithm in the body or in the path', async (t) => {
  const { data } = vault(t)
  t.same(await data('POST', 'sys/tools/hash', { input: 'YWJj' }), { sum: SHA2_256 })
  t.same(await data('POST', 'sys/tools/hash', { input: 'YWJj', algorithm: 'sha3-256' }), { sum: SHA3_256 })
  t.same(await data('POST', 'sys/tools/hash/sha3-256', { input: 'YWJj' }), { sum: SHA3_256 })
})

t.test('POST tools/hash answers in base64 when asked', async (t) => {
  const { sum } = await vault(t).data('POST', 'sys/tools/hash', { input: 'YWJj', format: 'base64' })
  t.equal(Buffer.from(sum, 'base64').toString('hex'), SHA2_256)
})
