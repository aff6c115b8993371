// sys/mfa/validate, and logins that MFA is asked of, in one step or two (answers as seen of a Vault 1.21.4)
import t, { type Test } from 'tap'
import { printJson } from '../../../src/json/index.js'
import { codeAt } from '../../../src/vault/time-based-codes.js'
import { loadWorld, saveWorld } from '../../../src/world/saved-world.js'
import { NEW_YEAR, NO_TOKEN, vault, type Answer, type Vault } from '../../vault-server.js'

const METHOD = 'identity/mfa/method/totp'

interface Enforced {
  readonly method: string
  readonly ann: string
  /** the passcode of an instant, by default the present one */
  readonly code: (atMs?: number) => string
  readonly login: (mfa?: string) => Promise<Answer>
  /** the first half of a login: its id */
  readonly begin: () => Promise<string>
  readonly validate: (id: string, payload: object) => Promise<string>
}

/** Everybody who comes by userpass needs a passcode; ann has a key. */
async function enforced (
  t: Test, method: object = {}, enforcement: object = { auth_method_types: ['userpass'] }
): Promise<Vault & Enforced> {
  const server = vault(t, NEW_YEAR)
  const { send, data, verdict } = server
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw', token_policies: 'own' })
  const login = async (mfa?: string): Promise<Answer> => await send('POST', 'auth/userpass/login/ann', { password: 'pw' }, {
    ...NO_TOKEN, ...mfa === undefined ? {} : { 'x-vault-mfa': mfa }
  })
  const { entity_id: ann } = (await login()).body.auth
  const { method_id: id } = await data('POST', METHOD, { issuer: 'Acme', method_name: 't', ...method })
  const { url } = await data('POST', `${METHOD}/admin-generate`, { method_id: id, entity_id: ann })
  const secret = new URL(url).searchParams.get('secret') ?? ''
  await send('POST', 'identity/mfa/login-enforcement/e', { mfa_method_ids: [id], ...enforcement })
  const key = { secret, periodSeconds: 30, algorithm: 'SHA1', digits: 6, skew: 1 } as const
  return {
    ...server,
    method: id,
    ann,
    code: (atMs = server.server.world.timeline.nowMs) => codeAt(key, atMs),
    login,
    begin: async () => (await login()).body.auth.mfa_requirement.mfa_request_id,
    validate: async (request, payload) =>
      await verdict('POST', 'sys/mfa/validate', { mfa_request_id: request, mfa_payload: payload }, NO_TOKEN)
  }
}

t.test('a login is asked for a passcode, which ends it', async (t) => {
  const { send, login, method, code, ann } = await enforced(t)
  const { body } = await login()
  const { mfa_request_id: id } = body.auth.mfa_requirement
  t.same(body.auth, {
    client_token: '',
    accessor: '',
    policies: null,
    metadata: null,
    lease_duration: 0,
    renewable: false,
    entity_id: '',
    token_type: 'default',
    orphan: false,
    mfa_requirement: {
      mfa_request_id: id,
      mfa_constraints: { e: { any: [{ type: 'totp', id: method, uses_passcode: true, name: 't' }] } }
    },
    num_uses: 0
  })
  t.match(body.warnings, [/^A login request was issued that is subject to MFA validation\. Please make sure /])
  const payload = { mfa_request_id: id, mfa_payload: { [method]: [`passcode=${code()}`] } }
  const { status, body: { auth } } = await send('POST', 'sys/mfa/validate', payload, NO_TOKEN)
  t.equal(status, 200)
  t.match(auth, {
    client_token: /^hvs\./, policies: ['default', 'own'], metadata: { username: 'ann' }, entity_id: ann, lease_duration: 2_764_800
  })
  const seen = await send('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': auth.client_token })
  t.match(seen.body.data, { path: 'auth/userpass/login/ann', display_name: 'userpass-ann' })
})

t.test('what does not satisfy is said, and the login still waits; for five minutes', async (t) => {
  const { begin, validate, method, code, advance } = await enforced(t)
  const id = await begin()
  const failed = '403 failed to satisfy enforcement e. error: '
  const missing = `failed to find MFA credentials associated with an MFA method ID ${method}, method name t`
  const sanitized = `${failed}failed to sanitize MFA creds, 1 error occurred:\n\t* ${missing}\n\n`
  const two = (text: string): string =>
    `${failed}2 errors occurred:\n\t* ${text}\n\t* login MFA validation failed for methodID: [${method}]\n\n`
  t.equal(await validate('', {}), '400 missing request ID')
  t.equal(await validate('x', {}), '400 invalid request ID')
  t.equal(await validate(id, { [method]: 'abc' }), '400 invalid mfa payload')
  t.equal(await validate(id, {}), sanitized)
  t.equal(await validate(id, { [method]: [] }), two('MFA credentials not supplied'))
  t.equal(await validate(id, { [method]: ['000000'] }), two('failed to validate TOTP passcode'))
  t.equal(await validate(id, { t: [code()] }), '200', 'by name, too')
  t.equal(await validate(id, { [method]: [code()] }), '400 invalid request ID', 'it has ended')
  const late = await begin()
  t.equal(await validate(late, { [method]: [code()] }), two('code already used; new code is available in 30 seconds'))
  advance(300_000)
  t.equal(await validate(late, { [method]: [code()] }), '400 invalid request ID')
})

t.test('too many wrong passcodes end it for a period', async (t) => {
  const { begin, validate, method, code, advance } = await enforced(t, { max_validation_attempts: 2 })
  const id = await begin()
  for (let i = 0; i < 2; i++) t.match(await validate(id, { [method]: ['000000'] }), /failed to validate TOTP passcode/)
  t.match(await validate(id, { [method]: [code()] }),
    /maximum TOTP validation attempts 3 exceeded the allowed attempts 2\. Please try again in 30s seconds/)
  advance(30_000)
  t.equal(await validate(id, { [method]: [code()] }), '200')
})

t.test('a login that brings its passcode along needs no second half', async (t) => {
  const { login, method, code, advance, verdict } = await enforced(t)
  const asked = (await login(`${method}:${code()}`)).body.auth
  t.match(asked, { client_token: /^hvs\./, mfa_requirement: null })
  t.equal((await login(`${method}:${code()}`)).status, 403, 'a passcode is good once')
  advance(60_000)
  t.equal((await login(`t:${code(Date.parse('2024-01-01T00:01:30Z'))}`)).status, 200, "the next period's counts, too")
  for (const wrong of ['t', 't:000000', 'other:1']) t.equal((await login(wrong)).status, 403, wrong)
  t.match((await login(':1')).body.errors, [/^failed to parse X-Vault-MFA header: .*missing method name or ID$/])
  await verdict('DELETE', 'identity/mfa/login-enforcement/e')
  t.same((await login('t:1')).body.warnings, ['Found MFA header but failed to find MFA Enforcement Config'])
})

t.test('enforcements reach entities, groups through any depth, and mounts; nobody else', async (t) => {
  const { login, data, verdict, ann, method } = await enforced(t, {}, { identity_entity_ids: [] })
  const isAsked = async (): Promise<boolean> => (await login()).body.auth.mfa_requirement !== null
  const enforce = async (body: object): Promise<string> => {
    await verdict('DELETE', 'identity/mfa/login-enforcement/e')
    return await verdict('POST', 'identity/mfa/login-enforcement/e', { mfa_method_ids: [method], ...body })
  }
  t.equal(await isAsked(), false)
  await enforce({ identity_entity_ids: [ann] })
  t.equal(await isAsked(), true)
  const { id: inner } = await data('POST', 'identity/group', { name: 'inner', member_entity_ids: ann })
  const { id: outer } = await data('POST', 'identity/group', { name: 'outer', member_group_ids: inner })
  await enforce({ identity_group_ids: [outer] })
  t.equal(await isAsked(), true)
  await verdict('DELETE', 'identity/group/name/outer')
  t.equal(await isAsked(), false)
  const { accessor } = await data('GET', 'sys/auth/userpass')
  await enforce({ auth_method_accessors: [accessor] })
  t.equal(await isAsked(), true)
})

t.test('without a key nothing satisfies', async (t) => {
  const { begin, validate, verdict, method, ann, code } = await enforced(t)
  await verdict('POST', `${METHOD}/admin-destroy`, { method_id: method, entity_id: ann })
  t.match(await validate(await begin(), { [method]: [code()] }), /MFA secret for method ID ".*" not present in entity/)
})

t.test('a saved world brings back methods, keys and logins that wait', async (t) => {
  const { begin, validate, method, code, server: { world } } = await enforced(t)
  const id = await begin()
  await validate(id, { [method]: ['000000'] })
  const text = printJson(saveWorld(world))
  loadWorld(world, JSON.parse(text))
  t.equal(printJson(saveWorld(world)), text)
  t.equal(await validate(id, { [method]: [code()] }), '200')
})
