// sys/rekey: init, update, verify; and sys/rekey-recovery-key
import t, { type Test } from 'tap'
import { NO_TOKEN, vault, type Vault } from '../../vault-server.js'

const INIT = 'sys/rekey/init'
const UPDATE = 'sys/rekey/update'
const VERIFY = 'sys/rekey/verify'
const VAULT = { profile: 'vault-1.14' } as const
const TWO_OF_THREE = { secret_shares: 3, secret_threshold: 2 }
const IDLE = {
  nonce: '',
  started: false,
  t: 0,
  n: 0,
  progress: 0,
  required: 1,
  pgp_fingerprints: null,
  backup: false,
  verification_required: false
}

interface Verifying extends Vault {
  /** the new shares, not in force yet */
  readonly keys: readonly string[]
  readonly nonce: string
}

/** A rekey to two of three whose new shares wait for their verification. */
async function withVerification (t: Test): Promise<Verifying> {
  const server = vault(t, VAULT)
  const { body: { nonce } } = await server.send('PUT', INIT, { ...TWO_OF_THREE, require_verification: true })
  const { body } = await server.send('PUT', UPDATE, { key: server.server.unsealKeys[0], nonce })
  return { ...server, keys: body.keys, nonce: body.verification_nonce }
}

t.test('GET rekey/init tells that none is under way', async (t) => {
  t.same((await vault(t, VAULT).send('GET', INIT, undefined, NO_TOKEN)).body, IDLE)
})

t.test('PUT rekey/init starts one; a second one is refused', async (t) => {
  const { send, verdict } = vault(t, VAULT)
  const { body } = await send('PUT', INIT, TWO_OF_THREE, NO_TOKEN)
  t.same(body, { ...IDLE, nonce: body.nonce, started: true, t: 2, n: 3 })
  t.equal(await verdict('PUT', INIT, TWO_OF_THREE), '400 rekey already in progress')
})

t.test('PUT rekey/init refuses more shares needed than there are', async (t) => {
  t.equal(
    await vault(t, VAULT).verdict('PUT', INIT, { secret_shares: 2, secret_threshold: 5 }),
    '400 provided threshold greater than the total shares'
  )
})

t.test('PUT rekey/update with enough shares gives new ones, which alone open the node', async (t) => {
  const { send, verdict, server: { unsealKeys } } = vault(t, VAULT)
  const { body: { nonce } } = await send('PUT', INIT, TWO_OF_THREE)
  const { body } = await send('PUT', UPDATE, { key: unsealKeys[0], nonce }, NO_TOKEN)
  t.match(body, { nonce, complete: true, verification_required: false })
  t.equal(body.keys.length, 3)
  t.match((await send('GET', 'sys/seal-status')).body, { t: 2, n: 3 })
  await send('PUT', 'sys/seal')
  await send('PUT', 'sys/unseal', { key: unsealKeys[0] })
  t.equal(await verdict('PUT', 'sys/unseal', { reset: true }), '200')
  await send('PUT', 'sys/unseal', { key: body.keys[0] })
  t.equal((await send('PUT', 'sys/unseal', { key: body.keys_base64[2] })).body.sealed, false)
})

t.test('PUT rekey/update refuses a wrong nonce, and begins again after a wrong share', async (t) => {
  const { send, verdict, server: { unsealKeys } } = vault(t, VAULT)
  const { body: { nonce } } = await send('PUT', INIT, TWO_OF_THREE)
  t.equal(
    await verdict('PUT', UPDATE, { key: unsealKeys[0], nonce: 'x' }),
    `400 incorrect nonce supplied; nonce for this rekey operation is "${String(nonce)}"`
  )
  t.match(await verdict('PUT', UPDATE, { key: 'ab'.repeat(32), nonce }), /^400 rekey aborted: /)
  t.match((await send('GET', INIT)).body, { started: true, progress: 0 })
})

t.test('DELETE rekey/init cancels one, and is no error where there is none', async (t) => {
  const { send, verdict } = vault(t, VAULT)
  await send('PUT', INIT, TWO_OF_THREE)
  t.equal(await verdict('DELETE', INIT), '204')
  t.same((await send('GET', INIT)).body, IDLE)
  t.equal(await verdict('DELETE', INIT), '204')
})

t.test('PUT rekey/verify with the new shares puts them in force', async (t) => {
  const { send, keys, nonce } = await withVerification(t)
  t.match((await send('GET', 'sys/seal-status')).body, { t: 1, n: 1 }, 'not yet')
  t.same((await send('GET', VERIFY)).body, { nonce, started: true, t: 2, n: 3, progress: 0 })
  t.match((await send('PUT', VERIFY, { key: keys[0], nonce })).body, { progress: 1 })
  t.same((await send('PUT', VERIFY, { key: keys[1], nonce }, NO_TOKEN)).body, { nonce, complete: true })
  t.match((await send('GET', 'sys/seal-status')).body, { t: 2, n: 3 })
})

t.test('PUT rekey/verify refuses a wrong nonce', async (t) => {
  const { verdict, keys } = await withVerification(t)
  t.match(await verdict('PUT', VERIFY, { key: keys[0], nonce: 'x' }), /^400 incorrect nonce supplied; /)
})

t.test('DELETE rekey/verify begins again, with a new nonce', async (t) => {
  const { send, keys, nonce } = await withVerification(t)
  await send('PUT', VERIFY, { key: keys[0], nonce })
  const { body } = await send('DELETE', VERIFY)
  t.match(body, { started: true, progress: 0 })
  t.not(body.nonce, nonce)
})

t.test('GET rekey/verify without one is refused', async (t) => {
  t.match(await vault(t, VAULT).verdict('GET', VERIFY), /^400 /)
})

t.test('rekey-recovery-key is refused, for a Shamir seal has no such keys', async (t) => {
  const { verdict } = vault(t, VAULT)
  for (const word of ['init', 'update', 'verify']) {
    t.equal(await verdict('GET', `sys/rekey-recovery-key/${word}`), '400 recovery rekeying not supported')
  }
})

t.test('rekey is switched off in OpenBao, which has no rekey-recovery-key either', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  t.equal(await verdict('GET', INIT), '405 unsupported operation')
  t.match(await verdict('GET', 'sys/rekey-recovery-key/init'), /^404 unsupported path/)
})

t.test('PUT rekey/update takes no more shares while the new ones wait for their verification', async (t) => {
  const { verdict, nonce, server: { unsealKeys } } = await withVerification(t)
  t.equal(
    await verdict('PUT', UPDATE, { nonce, key: unsealKeys[0] }),
    '400 rekey operation already finished; verification must be performed; ' +
      `nonce for the verification operation is "${nonce}"`
  )
})
