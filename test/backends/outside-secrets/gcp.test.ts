// gcp: tokens and keys of service accounts
import { createPrivateKey, sign } from 'node:crypto'
import t from 'tap'
import { ANYTHING, withEngine } from './asking.js'

const GOOGLE = 'https://www.googleapis.com'
const EMAIL = 'vaultapp-1704067200@mine.iam.gserviceaccount.com'
const BINDINGS = 'resource "projects/mine" {\n  roles = ["roles/viewer", "projects/mine/roles/own"]\n}'
const TOKENS = { project: 'mine', bindings: BINDINGS, token_scopes: 'a,b' }
const KEYS = { project: 'mine', bindings: Buffer.from(BINDINGS).toString('base64'), secret_type: 'service_account_key' }

t.test('a role set has a service account of its own, and gives tokens without a lease', async (t) => {
  const { send, data, verdict, asked } = await withEngine(t, 'gcp', ANYTHING)
  t.equal(await verdict('POST', 'gcp/roleset/app', TOKENS), '204')
  t.same(await data('GET', 'gcp/roleset/app'), {
    bindings: { 'projects/mine': ['projects/mine/roles/own', 'roles/viewer'] },
    project: 'mine',
    secret_type: 'access_token',
    service_account_email: EMAIL,
    token_scopes: ['a', 'b']
  })
  t.match((await send('GET', 'gcp/roleset/app/token')).body, {
    lease_id: '', data: { expires_at_seconds: 1704070799, token: /^ya29\.c\.\w{120}$/, token_ttl: 3599 }
  })
  t.equal(await verdict('GET', 'gcp/token/app'), '200')
  t.equal(await verdict('DELETE', 'gcp/roleset/app'), '204')
  t.same(asked(), [
    `create the service account ${EMAIL}`, `bind ${EMAIL} to projects/mine/roles/own, roles/viewer on projects/mine`,
    `give a token to ${EMAIL}`, `give a token to ${EMAIL}`, `delete the service account ${EMAIL}`
  ])
})

t.test('a key lets the account log in until its lease ends', async (t) => {
  const { send, data, verdict } = await withEngine(t, 'gcp', { outside: { gcp: { [GOOGLE]: { serviceAccounts: {} } } } })
  await send('POST', 'gcp/config', { ttl: '1h', max_ttl: '2h' })
  t.equal(await verdict('POST', 'gcp/roleset/app', KEYS), '204')
  const { body } = await send('GET', 'gcp/roleset/app/key')
  t.match(body, {
    lease_duration: 3600,
    renewable: true,
    data: { key_algorithm: 'KEY_ALG_RSA_2048', key_type: 'TYPE_GOOGLE_CREDENTIALS_FILE' }
  })
  const file = JSON.parse(Buffer.from(body.data.private_key_data, 'base64').toString())
  t.match(file, { type: 'service_account', client_email: EMAIL, project_id: 'mine' })
  await send('POST', 'sys/auth/gcp', { type: 'gcp' })
  await send('POST', 'auth/gcp/role/app', { type: 'iam', bound_service_accounts: EMAIL })
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claims = { sub: EMAIL, aud: 'vault/app', exp: 1704067200 + 600 }
  const signed = `${encoded({ alg: 'RS256', kid: file.private_key_id })}.${encoded(claims)}`
  const signature = sign('sha256', Buffer.from(signed), createPrivateKey(file.private_key)).toString('base64url')
  const login = async () => (await verdict('POST', 'auth/gcp/login', { role: 'app', jwt: `${signed}.${signature}` })).slice(0, 3)
  t.equal(await login(), '200')
  t.equal(await verdict('PUT', 'sys/leases/renew', { lease_id: body.lease_id }), '200')
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: body.lease_id }), '204')
  t.not(await login(), '200')
  t.equal((await data('GET', 'gcp/config')).max_ttl, 7200)
})

t.test('a key is not renewed after its bindings have changed', async (t) => {
  const { send, verdict, advance } = await withEngine(t, 'gcp', ANYTHING)
  await send('POST', 'gcp/roleset/app', KEYS)
  const { body } = await send('POST', 'gcp/key/app', { ttl: '5m', key_algorithm: 'KEY_ALG_RSA_1024' })
  t.equal(body.lease_duration, 300)
  advance(1000)
  t.equal(await verdict('POST', 'gcp/roleset/app', { bindings: 'resource "x" { roles = ["roles/y"] }' }), '204')
  t.match(await verdict('PUT', 'sys/leases/renew', { lease_id: body.lease_id }), /bindings were updated since/)
})

t.test('where nobody answers, no role set is made', async (t) => {
  const { verdict } = await withEngine(t, 'gcp')
  t.equal(
    await verdict('POST', 'gcp/roleset/app', TOKENS),
    '400 Post "https://www.googleapis.com/v1/projects/mine/serviceAccounts": ' +
      'dial tcp: lookup www.googleapis.com: no such host'
  )
  t.equal(await verdict('GET', 'gcp/roleset/app'), '404')
  t.match(await verdict('GET', 'gcp/static-account/x'), /^400 vault-mock does not simulate static accounts/)
})

const REFUSED: readonly (readonly [object, string])[] = [
  [{ secret_type: 'x' }, 'invalid "secret_type" value: "x"'],
  [{ ...TOKENS, project: '' }, 'given empty project'],
  [{ project: 'x', bindings: BINDINGS }, 'token_scopes must be provided for creating access token role set'],
  [{ project: 'x', token_scopes: 'a' }, 'bindings are required for new role set'],
  [{ ...TOKENS, bindings: 'resource "x" {\nroles = ["y"]\n}' }, 'unable to parse bindings: unable to parse bindings: ' +
    '1 error occurred:\n\t* (line 0) 1 error occurred:\n\t* role list (line 2): 1 error occurred:\n\t* invalid role "y" ' +
    '(line 2) must be one of following formats: "projects/X/roles/Y", "organizations/X/roles/Y", "roles/X"\n\n\n\n\n\n']
]

for (const [set, problem] of REFUSED) {
  t.test(`POST roleset/:name refuses ${JSON.stringify(set)}`, async (t) => {
    t.equal(await (await withEngine(t, 'gcp', ANYTHING)).verdict('POST', 'gcp/roleset/x', set), `400 ${problem}`)
  })
}
