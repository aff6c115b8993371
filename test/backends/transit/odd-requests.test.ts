// transit: random, hash, cache-config, and batches that cannot be read
import t from 'tap'
import { oneError } from '../../vault-server.js'
import { TEXT, transit } from './transit-server.js'

t.test('POST random takes a source and a number from its path, in either order of need', async (t) => {
  const { write, send, refusal } = await transit(t)
  for (const [path, body, bytes] of [['random', {}, 32], ['random/5', {}, 5], ['random/all/7', {}, 7], ['random/platform', { bytes: 3 }, 3]] as const) {
    t.equal(Buffer.from((await write(path, body)).random_bytes, 'base64').length, bytes, path)
  }
  t.strictSame((await send('POST', 'transit/random/seal', {})).body.warnings,
    ['no seal/entropy augmentation available, using platform entropy source'])
  t.equal(await refusal('random/moon/4'), '400 unsupported entropy source "moon"; must be "platform" or "seal", or "all"')
  t.equal(await refusal('random/131073'), '400 "bytes" should be less than 131072')
})

t.test('POST hash knows neither SHA-1 nor no hash at all', async (t) => {
  const { refusal } = await transit(t)
  t.equal(await refusal('hash/sha1', { input: TEXT }), '400 unsupported algorithm sha1')
  t.equal(await refusal('hash', { input: TEXT, algorithm: 'none' }), '400 unsupported algorithm none')
  t.equal(await refusal('hash'), '400 input missing')
})

t.test('POST cache-config keeps 0 and sizes from 10 on', async (t) => {
  const { write, read, refusal } = await transit(t)
  t.equal((await write('cache-config', { size: 10 })).size, 10)
  t.equal(await refusal('cache-config', { size: -4 }), '400 size must be 0 or a value greater or equal to 10')
  t.equal((await read('cache-config')).size, 10)
})

const HEADED = '2 error(s) decoding:\n\n* '
const FAULTS: ReadonlyArray<readonly [string, unknown, string, string?]> = [
  ['encrypt', [1], "[0] expected a map, got 'json.Number'"],
  ['encrypt', [{ plaintext: 1 }, { plaintext: TEXT, key_version: 1.5 }],
    `${HEADED}'[0].plaintext' expected type 'string', got unconvertible type 'json.Number'\n` +
    '* error decoding json.Number into [1].key_version: strconv.ParseInt: parsing "1.5": invalid syntax',
    "'[0].plaintext' expected type 'string', got unconvertible type 'json.Number'\n" +
    'error decoding json.Number into [1].key_version: strconv.ParseInt: parsing "1.5": invalid syntax'],
  ['hmac', {}, "'': source data must be an array or slice, got map"],
  ['hmac', ['x', { input: true }],
    `${HEADED}'[0]' expected a map, got 'string'\n` +
    "* '[1][input]' expected type 'string', got unconvertible type 'bool', value: 'true'",
    "decoding failed due to the following error(s):\n\n'[0]' expected a map, got 'string'\n" +
    "'[1][input]' expected type 'string', got unconvertible type 'bool'"]
]

for (const [path, batch, words, wordsOfOpenBao = words] of FAULTS) {
  t.test(`POST ${path} says what is wrong with the batch ${JSON.stringify(batch)}`, async (t) => {
    for (const [profile, expected] of [['vault-1.14', words], ['openbao-2.5', wordsOfOpenBao]] as const) {
      const { key, refusal } = await transit(t, { profile })
      await key('mine')
      const verdict = await refusal(`${path}/mine`, { batch_input: batch })
      t.equal(verdict, `500 ${oneError(`failed to parse batch input: ${expected}`)}`, profile)
    }
  })
}

t.test('names such as those of JavaScript\'s own objects are names', async (t) => {
  const { key, write, read } = await transit(t)
  for (const name of ['__proto__', 'constructor', 'toString']) {
    await key(name)
    const { ciphertext } = await write(`encrypt/${name}`, { plaintext: TEXT })
    t.equal((await write(`decrypt/${name}`, { ciphertext })).plaintext, TEXT)
    t.equal((await read(`keys/${name}`)).name, name)
  }
})
