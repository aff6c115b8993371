// sys/generate-root
import t from 'tap'
import { NO_TOKEN, vault, type Vault } from '../../vault-server.js'
import { decodeToken } from '../../replication/replicated.js'

const ATTEMPT = 'sys/generate-root/attempt'
const UPDATE = 'sys/generate-root/update'
const VAULT = { profile: 'vault-1.14' } as const
const IDLE = {
  nonce: '',
  started: false,
  progress: 0,
  required: 1,
  complete: false,
  encoded_token: '',
  encoded_root_token: '',
  pgp_fingerprint: '',
  otp: '',
  otp_length: 28
}

async function start ({ send }: Vault): Promise<any> {
  return (await send('PUT', ATTEMPT, {}, NO_TOKEN)).body
}

t.test('GET attempt tells that none is under way', async (t) => {
  t.same((await vault(t, VAULT).send('GET', ATTEMPT, undefined, NO_TOKEN)).body, IDLE)
})

t.test('PUT attempt starts one and tells the one-time password, once', async (t) => {
  const server = vault(t, VAULT)
  const { nonce, otp } = await start(server)
  t.equal(otp.length, 28)
  t.same((await server.send('GET', ATTEMPT)).body, { ...IDLE, nonce, started: true })
})

t.test('PUT attempt refuses a second one, and a password of another length', async (t) => {
  const server = vault(t, VAULT)
  t.equal(await server.verdict('PUT', ATTEMPT, { otp: 'abc' }), '400 OTP string is wrong length')
  await start(server)
  t.equal(await server.verdict('PUT', ATTEMPT, {}), '400 root generation already in progress')
})

t.test('PUT update with enough shares makes a root token that works', async (t) => {
  const server = vault(t, VAULT)
  const { nonce, otp } = await start(server)
  const { body } = await server.send('PUT', UPDATE, { key: server.server.unsealKeys[0], nonce }, NO_TOKEN)
  t.match(body, { complete: true, progress: 1, otp: '', otp_length: 0, encoded_root_token: body.encoded_token })
  const token = decodeToken(body.encoded_token, otp)
  t.match(await server.data('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': token }), {
    policies: ['root'], path: 'auth/token/root', display_name: 'root'
  })
})

t.test('PUT update refuses a wrong nonce, no key and what is none', async (t) => {
  const server = vault(t, VAULT)
  const { nonce } = await start(server)
  const key = server.server.unsealKeys[0]
  const wrongNonce = `400 incorrect nonce supplied; nonce for this root generation operation is "${String(nonce)}"`
  t.equal(await server.verdict('PUT', UPDATE, { key }), wrongNonce)
  t.equal(await server.verdict('PUT', UPDATE, { key, nonce: 'x' }), wrongNonce)
  t.equal(await server.verdict('PUT', UPDATE, { nonce }), "400 'key' must be specified in request body as JSON")
  t.equal(await server.verdict('PUT', UPDATE, { key: 'zz', nonce }), "400 'key' must be a valid hex or base64 string")
})

t.test('PUT update with a wrong share begins again', async (t) => {
  const server = vault(t, VAULT)
  const { nonce } = await start(server)
  t.match(await server.verdict('PUT', UPDATE, { key: 'ab'.repeat(32), nonce }), /^400 root generation aborted: /)
  t.match((await server.send('GET', ATTEMPT)).body, { started: true, progress: 0 })
})

t.test('DELETE attempt cancels one, and is no error where there is none', async (t) => {
  const server = vault(t, VAULT)
  await start(server)
  t.equal(await server.verdict('DELETE', ATTEMPT, undefined, NO_TOKEN), '204')
  t.same((await server.send('GET', ATTEMPT)).body, IDLE)
  t.equal(await server.verdict('DELETE', ATTEMPT), '204')
})

t.test('generate-root is switched off in OpenBao, and shut while sealed', async (t) => {
  t.equal(await vault(t, { profile: 'openbao-2.5' }).verdict('GET', ATTEMPT), '405 unsupported operation')
  t.equal(await vault(t, { ...VAULT, fixture: 'sealed' }).verdict('GET', ATTEMPT), '503 Vault is sealed')
})
