// totp/keys: keys that are made here, and keys that are brought along
import t, { type Test } from 'tap'
import { PNG } from 'pngjs'
import { encode } from 'uqr'
import { NEW_YEAR, oneError, vault, type Vault } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const MADE = { generate: true, issuer: 'Acme', account_name: 'ann' }

async function withEngine (t: Test, options: ServerOptions = {}): Promise<Vault> {
  const server = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', ...options })
  await server.send('POST', 'sys/mounts/totp', { type: 'totp' })
  return server
}

t.test('POST keys/:name generates a key and shows it this once', async (t) => {
  const { data } = await withEngine(t)
  const { url, barcode } = await data('POST', 'totp/keys/made', { ...MADE, key_size: 32, algorithm: 'SHA256' })
  t.match(url, /^otpauth:\/\/totp\/Acme:ann\?algorithm=SHA256&digits=6&issuer=Acme&period=30&secret=[A-Z2-7]{52}$/)
  t.match(barcode, /^iVBORw0KGgo/)
  t.same(await data('GET', 'totp/keys/made'), {
    account_name: 'ann', algorithm: 'SHA256', digits: 6, issuer: 'Acme', period: 30
  })
})

t.test('POST keys/:name escapes the address as each server does', async (t) => {
  const names = { issuer: 'Vault & Co', account_name: 'ann@example.com' }
  const urlOf = async (profile: NonNullable<ServerOptions['profile']>): Promise<string> => {
    return (await (await withEngine(t, { profile })).data('POST', 'totp/keys/a', { ...MADE, ...names })).url
  }
  t.match(await urlOf('vault-1.14'), '/Vault%20&%20Co:ann@example.com?algorithm=SHA1&digits=6&issuer=Vault+%26+Co&')
  t.match(await urlOf('openbao-2.5'), '&issuer=Vault%20&%20Co&')
})

t.test('POST keys/:name draws the address as a bar code', async (t) => {
  const { data } = await withEngine(t)
  const { url, barcode } = await data('POST', 'totp/keys/made', { ...MADE, qr_size: 210 })
  const { width, height, data: pixels } = PNG.sync.read(Buffer.from(barcode, 'base64'))
  t.same([width, height], [210, 210])
  const modules = encode(url, { ecc: 'M', boostEcc: false, border: 0 }).data
  const scale = Math.floor(210 / modules.length)
  const margin = Math.floor((210 - scale * modules.length) / 2)
  const isDark = (x: number, y: number): boolean => pixels[4 * (y * width + x)] === 0
  const at = (module: number): number => margin + module * scale + scale - 1
  t.same(modules.map((row, y) => row.map((_, x) => isDark(at(x), at(y)))), modules)
  t.notOk(isDark(0, 0), 'the margin is white')
})

t.test('POST keys/:name leaves out what is not wanted', async (t) => {
  const { send, data } = await withEngine(t)
  t.same(Object.keys(await data('POST', 'totp/keys/a', { ...MADE, qr_size: 0 })), ['url'])
  t.equal((await send('POST', 'totp/keys/a', { ...MADE, exported: false })).status, 204)
})

t.test('POST keys/:name draws the same key with the same seed', async (t) => {
  const urlWith = async (seed: number): Promise<string> => {
    return (await (await withEngine(t, { seed })).data('POST', 'totp/keys/a', MADE)).url
  }
  t.equal(await urlWith(7), await urlWith(7))
  t.not(await urlWith(7), await urlWith(8))
})

const IMPORTED: readonly (readonly [object, object])[] = [
  [{ key: SECRET, issuer: 'I', account_name: 'a' }, { issuer: 'I', account_name: 'a', algorithm: 'SHA1', period: 30 }],
  [{ url: `otpauth://totp/Acme:bob?secret=${SECRET}` }, { issuer: 'Acme', account_name: 'bob', digits: 6 }],
  [
    { url: `otpauth://totp/Acme:bob?secret=${SECRET}&issuer=Other+Co&algorithm=SHA512&digits=8&period=60` },
    { issuer: 'Other Co', account_name: 'bob', algorithm: 'SHA512', digits: 8, period: 60 }
  ],
  [{ url: `otpauth://totp/bob?secret=${SECRET}`, issuer: 'Mine' }, { issuer: 'Mine', account_name: 'bob' }],
  [{ key: SECRET.toLowerCase().slice(0, -1) }, { issuer: '', account_name: '' }]
]

for (const [body, expected] of IMPORTED) {
  t.test(`POST keys/:name imports ${JSON.stringify(body)}`, async (t) => {
    const { verdict, data } = await withEngine(t)
    t.equal(await verdict('POST', 'totp/keys/a', body), '204')
    t.match(await data('GET', 'totp/keys/a'), expected)
    t.match(await data('GET', 'totp/code/a'), { code: /^\d+$/ })
  })
}

const GENERATION_FAILED = 'failed to generate QR code image: can not scale barcode to an image smaller than'
const REFUSED: readonly (readonly [object, string])[] = [
  [{ ...MADE, key: SECRET }, '400 a key should not be passed if generate is true'],
  [{ ...MADE, url: 'x' }, '400 a url should not be passed if generate is true'],
  [{ ...MADE, issuer: '' }, '400 the issuer value is required for generated keys'],
  [{ ...MADE, account_name: '' }, '400 the account_name value is required for generated keys'],
  [{ ...MADE, algorithm: 'MD5' }, '400 the algorithm value is not valid'],
  [{ ...MADE, digits: 7 }, '400 the digits value can only be 6 or 8'],
  [{ ...MADE, period: 0 }, '400 the period value must be greater than zero'],
  [{ ...MADE, skew: 2 }, '400 the skew value must be 0 or 1'],
  [{ ...MADE, key_size: 0 }, '400 the key_size value must be greater than zero'],
  [{ ...MADE, qr_size: -1 }, '400 the qr_size value must be greater than or equal to zero'],
  [{ ...MADE, qr_size: 20 }, `500 ${oneError(`${GENERATION_FAILED} 45x45`)}`],
  [
    { ...MADE, issuer: 'x'.repeat(3000) },
    `500 ${oneError('failed to generate QR code image: No encoding found to encode the address of the key')}`
  ],
  [
    { ...MADE, qr_size: 100_000 }, '400 vault-mock does not simulate bar codes of more than 2048 pixels; ' +
    'see the table "not simulated" in its README'
  ],
  [
    { ...MADE, key_size: 1e9 }, '400 vault-mock does not simulate keys of more than 65536 bytes; ' +
    'see the table "not simulated" in its README'
  ],
  [{}, '400 the key value is required'],
  [{ key: '1!' }, '400 invalid key value: illegal base32 data at input byte 0'],
  [{ url: '%zz' }, '400 an error occurred while parsing url string'],
  [{ url: 'otpauth://totp/a?period=x' }, '400 an error occurred while parsing period value in url'],
  [{ url: 'otpauth://totp/a?digits=6.0' }, '400 an error occurred while parsing digits value in url'],
  [{ url: 'otpauth://totp/Acme:bob' }, '400 the key value is required']
]

for (const [body, refusal] of REFUSED) {
  t.test(`POST keys/:name refuses ${JSON.stringify(body).slice(0, 100)} and changes nothing`, async (t) => {
    const { verdict } = await withEngine(t)
    t.equal(await verdict('POST', 'totp/keys/a', body), refusal)
    t.equal(await verdict('GET', 'totp/keys/a'), '404')
  })
}

t.test('POST keys/:name replaces the key of that name', async (t) => {
  const { data, send } = await withEngine(t)
  await send('POST', 'totp/keys/ann@example.com', MADE)
  await send('POST', 'totp/keys/ann@example.com', { key: SECRET, account_name: 'b' })
  t.match(await data('GET', 'totp/keys/ann@example.com'), { account_name: 'b', issuer: '' })
})

t.test('LIST keys lists the names; DELETE keys/:name forgets one', async (t) => {
  const { data, verdict } = await withEngine(t)
  t.equal(await verdict('LIST', 'totp/keys'), '404')
  await verdict('POST', 'totp/keys/b', MADE)
  await verdict('POST', 'totp/keys/a', MADE)
  t.same(await data('LIST', 'totp/keys'), { keys: ['a', 'b'] })
  t.equal(await verdict('DELETE', 'totp/keys/a'), '204')
  t.equal(await verdict('DELETE', 'totp/keys/a'), '204')
  t.same(await data('LIST', 'totp/keys'), { keys: ['b'] })
})
