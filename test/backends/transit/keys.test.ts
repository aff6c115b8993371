// transit/keys: making, configuring, rotating, trimming and deleting keys
import t from 'tap'
import { oneError, vault } from '../../vault-server.js'
import { base64, CONTEXT, copyOf, TEXT, transit } from './transit-server.js'

t.test('POST keys/:name gives the key, and changes none that is there', async (t) => {
  const { key } = await transit(t)
  t.match(await key('mine', { type: 'ecdsa-p384', exportable: true }), { type: 'ecdsa-p384', exportable: true, latest_version: 1 })
  t.match(await key('mine', { type: 'ed25519' }), { type: 'ecdsa-p384', exportable: true, latest_version: 1 })
})

const REFUSED: ReadonlyArray<readonly [object, string]> = [
  [{ type: 'ed25519', derived: true, convergent_encryption: true },
    `500 ${oneError('convergent encryption not supported for keys of type ed25519')}`],
  [{ type: 'hmac', key_size: 32, derived: true },
    `500 ${oneError('key derivation and convergent encryption not supported for keys of type hmac')}`],
  [{ type: 'toString' }, '400 unknown key type toString'],
  [{ type: 'xchacha20-poly1305' }, '400 unknown key type xchacha20-poly1305'],
  [{ type: 'hmac', key_size: 513 }, '400 invalid key_size 513']
]
for (const [body, verdict] of REFUSED) {
  t.test(`POST keys/:name refuses ${JSON.stringify(body)}`, async (t) => {
    const { refusal, verdict: verdictOf } = await transit(t)
    t.equal(await refusal('keys/mine', body), verdict)
    t.equal(await verdictOf('GET', 'transit/keys/mine'), '404')
  })
}

t.test('types of the enterprise edition alone are refused by name', async (t) => {
  const community = await transit(t, { profile: 'vault-1.21', edition: 'ce' })
  t.equal(await community.refusal('keys/mine', { type: 'ml-dsa' }),
    '400 key type ml-dsa is only available in enterprise versions of Vault')
  const enterprise = await transit(t, { profile: 'vault-1.21', edition: 'ent' })
  t.match(await enterprise.refusal('keys/mine', { type: 'ml-dsa' }), /does not simulate transit keys of the type "ml-dsa"/)
})

t.test('old versions decrypt until the minimum says otherwise, and come back when it is lowered', async (t) => {
  const { key, write, refusal, read } = await transit(t)
  await key('mine')
  const { ciphertext } = await write('encrypt/mine', { plaintext: TEXT })
  await write('keys/mine/rotate')
  await write('keys/mine/config', { min_decryption_version: 2 })
  t.equal(await refusal('decrypt/mine', { ciphertext }),
    '400 ciphertext or signature version is disallowed by policy (too old)')
  t.strictSame(Object.keys((await read('keys/mine')).keys), ['2'])
  await write('keys/mine/config', { min_decryption_version: 1 })
  t.equal((await write('decrypt/mine', { ciphertext })).plaintext, TEXT)
})

t.test('what was trimmed away does not come back', async (t) => {
  const { key, write, refusal } = await transit(t)
  await key('mine')
  await write('keys/mine/rotate')
  await write('keys/mine/rotate')
  await write('keys/mine/config', { min_decryption_version: 3, min_encryption_version: 3 })
  t.match(await write('keys/mine/trim', { min_available_version: 2 }), { min_available_version: 2 })
  t.equal(await refusal('keys/mine/config', { min_decryption_version: 1 }),
    '400 min decryption version should not be less then min available version')
  t.equal(await refusal('keys/mine/config', { min_encryption_version: 0 }),
    '400 min encryption version should not be less than min available version')
})

t.test('a refused configuration changes nothing', async (t) => {
  const { key, refusal, read } = await transit(t)
  await key('mine')
  const before = await read('keys/mine')
  await refusal('keys/mine/config', { exportable: true, deletion_allowed: true, min_decryption_version: 7 })
  await refusal('keys/mine/config', { exportable: true, auto_rotate_period: '1m' })
  t.strictSame(await read('keys/mine'), before)
})

t.test('POST keys/:name/config says so when it counts from 1', async (t) => {
  const { key, send } = await transit(t)
  await key('mine')
  const { body } = await send('POST', 'transit/keys/mine/config', { min_decryption_version: 0 })
  t.strictSame(body.warnings, ['since Vault 0.3, transit key numbering starts at 1; forcing minimum to 1'])
})

t.test('a deleted key leaves nothing behind for the next one of its name', async (t) => {
  const { key, write, send, refusal } = await transit(t)
  await key('mine')
  const { ciphertext } = await write('encrypt/mine', { plaintext: TEXT })
  await write('keys/mine/rotate')
  await write('keys/mine/config', { deletion_allowed: true })
  t.equal((await send('DELETE', 'transit/keys/mine')).status, 204)
  t.match(await key('mine'), { latest_version: 1 })
  t.equal(await refusal('decrypt/mine', { ciphertext }), '400 cipher: message authentication failed')
})

t.test('OpenBao: a softly deleted key rests until it is restored', async (t) => {
  const { key, send, refusal, write, read } = await transit(t, { profile: 'openbao-2.5' })
  await key('mine')
  await send('DELETE', 'transit/keys/mine/soft-delete')
  for (const path of ['encrypt', 'hmac', 'datakey/wrapped', 'sign']) {
    const body = { plaintext: TEXT, input: TEXT }
    t.equal(await refusal(`${path}/mine`, body), '400 refusing to use soft-deleted key', path)
  }
  t.equal((await read('keys/mine')).soft_deleted, true)
  await write('keys/mine/soft-delete-restore')
  t.equal(await refusal('encrypt/mine', { plaintext: TEXT }), '200')
})

t.test('keys of one mount are not those of another', async (t) => {
  const { key, send, read } = await transit(t)
  await send('POST', 'sys/mounts/other', { type: 'transit' })
  await key('mine')
  t.equal((await send('GET', 'other/keys/mine')).status, 404)
  await send('DELETE', 'sys/mounts/transit')
  await send('POST', 'sys/mounts/transit', { type: 'transit' })
  t.equal(await read('keys/mine'), undefined)
})

t.test('keys are part of a saved world', async (t) => {
  const server = await transit(t, { rootToken: 'root' })
  const { key, write } = server
  for (const type of ['aes256-gcm96', 'rsa-2048', 'ed25519', 'ecdsa-p521']) await key(type, { type })
  await key('hmac', { type: 'hmac', key_size: 32 })
  await write('keys/aes256-gcm96/rotate')
  const { ciphertext } = await write('encrypt/aes256-gcm96', { plaintext: TEXT })
  const { signature } = await write('sign/ed25519', { input: TEXT })
  const copy = await copyOf(t, server, { rootToken: 'root' })
  t.equal((await copy.write('decrypt/aes256-gcm96', { ciphertext })).plaintext, TEXT)
  t.equal((await copy.write('verify/ed25519', { input: TEXT, signature })).valid, true)
})

t.test('GET keys/:name refuses a context that is no base64', async (t) => {
  const { key, verdict, read } = await transit(t)
  await key('mine', { type: 'ed25519', derived: true })
  t.equal(await verdict('GET', 'transit/keys/mine?context=%21'), '400 failed to base64-decode context')
  const [one, other] = [CONTEXT, base64('other')].map(async (context) =>
    (await read(`keys/mine?context=${encodeURIComponent(context)}`)).keys[1].public_key)
  t.not(await one, await other)
})

t.test('lists of Vault 1.21 leave the wrapping key out, older ones show its folder', async (t) => {
  for (const [profile, keys] of [['vault-1.21', ['mine']], ['vault-1.14', ['import/', 'mine']]] as const) {
    const { send, data } = vault(t, { profile })
    await send('POST', 'sys/mounts/transit', { type: 'transit' })
    await send('POST', 'transit/keys/mine')
    await send('GET', 'transit/wrapping_key')
    t.same(await data('LIST', 'transit/keys'), { keys })
  }
})
