// transit/backup, restore, export: keys that leave, and what is no key that could come back
import t from 'tap'
import { oneError } from '../../vault-server.js'
import { base64, TEXT, transit } from './transit-server.js'

t.test('a backup brings the versions that are put away, too', async (t) => {
  const { key, write, read } = await transit(t)
  await key('mine', { exportable: true, allow_plaintext_backup: true })
  const { ciphertext } = await write('encrypt/mine', { plaintext: TEXT })
  await write('keys/mine/rotate')
  await write('keys/mine/config', { min_decryption_version: 2 })
  const { backup } = await read('backup/mine')
  await write('restore/copy', { backup })
  t.match(await write('keys/copy/config', { min_decryption_version: 1 }), { latest_version: 2, min_decryption_version: 1 })
  t.equal((await write('decrypt/copy', { ciphertext })).plaintext, TEXT)
})

t.test('a key leaves in plain text only where that is allowed', async (t) => {
  const { key, verdict } = await transit(t)
  await key('mine', { exportable: true })
  t.equal(await verdict('GET', 'transit/backup/mine'), `500 ${oneError('plaintext backup is disallowed on the policy')}`)
  t.equal(await verdict('GET', 'transit/export/public-key/mine'),
    `500 ${oneError('unknown key type aes256-gcm96 for export type public-key')}`)
})

const policy = (members: object): string => base64(JSON.stringify({
  policy: { name: 'x', type: 0, latest_version: 1, keys: { 1: { key: base64('k'.repeat(32)) } }, ...members }
}))
const BROKEN = {
  'no JSON': base64('{'),
  'no object': base64('[]'),
  'no policy': base64('{}'),
  'no name': policy({ name: '' }),
  'an unknown type': policy({ type: 99 }),
  'no versions': policy({ latest_version: 0 }),
  'versions that are missing': policy({ latest_version: 2 }),
  'a huge number of versions': policy({ latest_version: 9e15, min_decryption_version: 9e15 }),
  'minimums beyond the latest version': policy({ min_decryption_version: 5 }),
  'a key of another type': policy({ type: 1 }),
  'the name of a path': policy({ name: 'import/wrapping-key' })
}

for (const [what, backup] of Object.entries(BROKEN)) {
  t.test(`POST restore refuses a backup with ${what}, and leaves nothing behind`, async (t) => {
    const { refusal, verdict } = await transit(t)
    t.match(await refusal('restore', { backup }), /^500 /)
    t.equal(await verdict('LIST', 'transit/keys'), '404')
  })
}

t.test('POST restore/:name takes no paths', async (t) => {
  const { refusal } = await transit(t)
  t.equal(await refusal('restore/a/b', { backup: policy({}) }), `500 ${oneError('key names cannot be paths')}`)
})

t.test('the numbers of the types are those of the server: a Vault backup of an HMAC key is something else to OpenBao', async (t) => {
  const vault = await transit(t)
  await vault.key('mac', { type: 'hmac', key_size: 32, exportable: true, allow_plaintext_backup: true })
  const { backup } = await vault.read('backup/mac')
  const bao = await transit(t, { profile: 'openbao-2.5' })
  await bao.write('restore', { backup })
  t.match(await bao.read('keys/mac'), { type: 'xchacha20-poly1305', key_size: 32 })
})
