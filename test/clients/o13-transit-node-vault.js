// O13: node-vault 0.12.0: its transit commands, and what has none by read and write.
import nodeVault from 'node-vault'
import { equal, rejects, run } from './checks.js'
import { servers } from './server.js'

const { main } = servers()
const vault = nodeVault({ endpoint: main.url, token: main.token })
const text = Buffer.from('the quick brown fox').toString('base64')

async function encryption () {
  await vault.mount({ mount_point: 'transit', type: 'transit' })
  await vault.transitCreateKey({ name: 'mine' })
  const { data } = await vault.encryptData({ name: 'mine', plaintext: text })
  equal((await vault.decryptData({ name: 'mine', ciphertext: data.ciphertext })).data.plaintext, text, 'encryptData, decryptData')
  const read = await vault.transitReadKey({ name: 'mine' })
  equal([read.data.type, read.data.latest_version], ['aes256-gcm96', 1], 'transitReadKey')
  equal((await vault.transitListKeys()).data.keys, ['mine'], 'transitListKeys')
  const wrong = await rejects(vault.decryptData({ name: 'mine', ciphertext: 'vault:v1:AAAA' }), 'what is no ciphertext')
  equal(wrong.message, 'invalid ciphertext length', 'is refused in Vault\'s words')
}

async function signatures () {
  await vault.write('transit/keys/pair', { type: 'ed25519' })
  const { data: { signature } } = await vault.write('transit/sign/pair', { input: text })
  equal((await vault.write('transit/verify/pair', { input: text, signature })).data.valid, true, 'sign and verify by write')
}

async function end () {
  await vault.write('transit/keys/mine/config', { deletion_allowed: true })
  await vault.transitDeleteKey({ name: 'mine' })
  equal((await vault.transitListKeys()).data.keys, ['pair'], 'transitDeleteKey')
}

await run(encryption, signatures, end)
