// sys/rotate
import t, { type Test } from 'tap'
import { DENIED, NEW_YEAR, UNSUPPORTED_PATH, vault, type Vault } from '../../vault-server.js'

const INIT = 'sys/rotate/root/init'
const UPDATE = 'sys/rotate/root/update'
const VERIFY = 'sys/rotate/root/verify'
const OPENBAO = { profile: 'openbao-2.5' } as const
const TWO_OF_THREE = { secret_shares: 3, secret_threshold: 2 }

interface Rotated extends Vault {
  readonly keys: readonly string[]
  readonly verificationNonce: string
}

/** A rotation to two of three, as far as the old key brings it. */
async function rotated (t: Test, more: object = {}): Promise<Rotated> {
  const server = vault(t, OPENBAO)
  const { nonce } = await server.data('POST', INIT, { ...TWO_OF_THREE, ...more })
  const data = await server.data('POST', UPDATE, { nonce, key: server.server.unsealKeys[0] })
  return { ...server, keys: data.keys, verificationNonce: data.verification_nonce }
}

t.test('PUT rotate, or rotate/keyring, begins a new term', async (t) => {
  const { verdict, data, advance } = vault(t, NEW_YEAR)
  advance(60_000)
  t.equal(await verdict('PUT', 'sys/rotate'), '204')
  t.match(await data('GET', 'sys/key-status'), { term: 2, install_time: '2024-01-01T00:01:00Z' })
  t.equal(await verdict('POST', 'sys/rotate/keyring'), '204')
  t.match(await data('GET', 'sys/key-status'), { term: 3 })
})

t.test('PUT rotate needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/rotate" { capabilities = ["update"] }' })
  t.equal(await verdict('PUT', 'sys/rotate', undefined, await tokenHeader({ policies: ['p'] })), DENIED)
})

t.test('rotate/root gives new shares, which alone open the node', async (t) => {
  const { send, data, verdict, server: { unsealKeys }, keys } = await rotated(t)
  t.match(await data('GET', INIT), { started: false, required: 2 })
  await verdict('PUT', 'sys/seal')
  t.match((await send('PUT', 'sys/unseal', { key: keys[0] })).body, { sealed: true, progress: 1, t: 2, n: 3 })
  t.match((await send('PUT', 'sys/unseal', { key: keys[2] })).body, { sealed: false })
  await verdict('PUT', 'sys/seal')
  await send('PUT', 'sys/unseal', { key: unsealKeys[0] })
  t.match(await verdict('PUT', 'sys/unseal', { key: keys[0] }), /^400 /)
})

t.test('rotate/root asks for a token, and cancels', async (t) => {
  const { verdict, data } = vault(t, OPENBAO)
  t.equal(await verdict('POST', INIT, TWO_OF_THREE, { 'x-vault-token': '' }), '403 permission denied')
  await data('POST', INIT, TWO_OF_THREE)
  t.equal(await verdict('POST', INIT, TWO_OF_THREE), '400 rotation already in progress')
  t.equal(await verdict('DELETE', INIT), '204')
  t.same(await data('GET', INIT), { n: 0, required: 1, started: false, t: 0 })
})

t.test('POST rotate/root/init tells which parameter it does not know', async (t) => {
  const { warnings } = (await vault(t, OPENBAO).send('POST', INIT, { ...TWO_OF_THREE, stored_shares: 1 })).body
  t.match(warnings, [/stored_shares/])
})

t.test('POST rotate/root/init refuses to encrypt with PGP keys', async (t) => {
  t.match(await vault(t, OPENBAO).verdict('POST', INIT, { ...TWO_OF_THREE, pgp_keys: ['a', 'b', 'c'] }), /PGP keys/)
})

t.test('POST rotate/root/update says what is wrong with a key', async (t) => {
  const { verdict, data } = vault(t, OPENBAO)
  const key = Buffer.alloc(32).toString('hex')
  t.equal(await verdict('POST', UPDATE, { nonce: 'n', key }), '400 no rotation in progress')
  const { nonce } = await data('POST', INIT, TWO_OF_THREE)
  t.equal(
    await verdict('POST', UPDATE, { nonce, key: 'AAAA' }),
    '400 failed to setup unseal key: crypto/aes: invalid key size 3'
  )
  t.match(await verdict('POST', UPDATE, { nonce, key }), /^400 failed to read root key: invalid key: /)
})

t.test('rotate/root with verification is in force with the last of the new shares', async (t) => {
  const { server, data, verdict, keys, verificationNonce: nonce } = await rotated(t, { require_verification: true })
  t.match(await data('GET', INIT), { started: true, required: 1, progress: 0, verification_nonce: nonce })
  t.equal(
    await verdict('POST', UPDATE, { nonce, key: server.unsealKeys[0] }),
    '400 rotation already finished; verification must be performed; ' +
      `nonce for the verification operation is "${nonce}"`
  )
  t.match(await data('POST', VERIFY, { nonce, key: keys[0] }), { started: true, progress: 1, n: 3 })
  t.same(await data('POST', VERIFY, { nonce, key: keys[1] }), { complete: true, nonce })
  t.match(await data('GET', INIT), { started: false, required: 2 })
})

t.test('POST rotate/root/verify starts anew after wrong shares', async (t) => {
  const { data, verdict, keys, verificationNonce: nonce } = await rotated(t, { require_verification: true })
  await verdict('POST', VERIFY, { nonce, key: keys[0] })
  t.equal(
    await verdict('POST', VERIFY, { nonce, key: Buffer.alloc(33, 1).toString('hex') }),
    '400 rotation verification failed; incorrect key shares supplied'
  )
  const after = await data('GET', VERIFY)
  t.match(after, { progress: 0, started: true })
  t.not(after.nonce, nonce)
})

t.test('rotate/root/verify without a verification', async (t) => {
  const { data, verdict } = vault(t, OPENBAO)
  t.equal(await verdict('DELETE', VERIFY), '400 no rotation configuration found')
  await data('POST', INIT, TWO_OF_THREE)
  t.same(await data('GET', VERIFY), { started: false, nonce: '', t: 2, n: 3, progress: 0 })
  t.equal(await verdict('POST', VERIFY, { nonce: 'n', key: 'AAAA' }), '400 no rotation verification in progress')
})

t.test('POST rotate/root needs sudo and leaves the shares as they are', async (t) => {
  const { send, verdict, tokenHeader, server: { unsealKeys } } = vault(t, OPENBAO)
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/rotate/root" { capabilities = ["update"] }' })
  t.equal(await verdict('POST', 'sys/rotate/root', {}, await tokenHeader({ policies: ['p'] })), DENIED)
  t.equal(await verdict('POST', 'sys/rotate/root', {}), '204')
  await verdict('PUT', 'sys/seal')
  t.match((await send('PUT', 'sys/unseal', { key: unsealKeys[0] })).body, { sealed: false })
})

t.test('rotate/recovery has no keys to rotate', async (t) => {
  const { verdict } = vault(t, OPENBAO)
  const share = { nonce: 'n', key: 'AAAA' }
  const recovery = 'sys/rotate/recovery'
  t.equal(await verdict('DELETE', `${recovery}/init`), '204')
  t.equal(
    await verdict('POST', `${recovery}/update`, share),
    '400 failed to fetch existing config: recovery not supported'
  )
  t.equal(await verdict('POST', `${recovery}/verify`, { nonce: 'n' }), "400 missing required field 'key'")
  t.equal(await verdict('POST', `${recovery}/verify`, share), '400 no rotation in progress')
})

t.test('Vault has no rotation of key shares, and its documents do not mention one', async (t) => {
  const { verdict, send } = vault(t, { profile: 'vault-1.14' })
  t.equal(await verdict('GET', INIT), UNSUPPORTED_PATH)
  const { paths } = (await send('GET', 'sys/internal/specs/openapi')).body
  t.ok('/sys/rotate' in paths)
  t.notOk('/sys/rotate/root/init' in paths)
})
