// ldap, openldap: passwords and entries of a directory
import t from 'tap'
import { property, string, assert } from 'fast-check'
import { parseLdif } from '../../../src/backends/ldap-secrets/ldif.js'
import { oneError } from '../../vault-server.js'
import { ANYTHING, withEngine, type Asking } from './asking.js'

const URL = 'ldap://127.0.0.1:1'
const CONFIG = { url: URL, binddn: 'cn=admin', bindpass: 'secret' }
const STATIC = { username: 'app', dn: 'cn=app', rotation_period: '1h' }
const DYNAMIC = {
  creation_ldif: 'dn: cn={{.Username}},dc=x\nobjectClass: person\nuserPassword: {{.Password}}\n',
  deletion_ldif: 'dn: cn={{.Username}},dc=x\nchangetype: delete\n',
  default_ttl: '1h',
  max_ttl: '2h'
}
const DIRECTORY = { users: { app: { password: 'old', dn: 'cn=app' } }, binds: { 'cn=admin': 'secret' } }
const KNOWN = { outside: { ldap: { [URL]: DIRECTORY } } }
const NOBODY = 'error connecting to host "ldap://127.0.0.1:1": {{err}}%!(EXTRA *ldap.Error=LDAP Result Code 200 ' +
  '"Network Error": dial tcp 127.0.0.1:1: connect: connection refused)'

const turn = () => new Promise((resolve) => { setImmediate(resolve) })

async function logsIn ({ send, verdict }: Asking, username: string, password: string): Promise<string> {
  await send('POST', 'sys/auth/ldap', { type: 'ldap' })
  await send('POST', 'auth/ldap/config', CONFIG)
  return (await verdict('POST', `auth/ldap/login/${username}`, { password })).slice(0, 3)
}

for (const type of ['ldap', 'openldap']) {
  t.test(`${type}: a static role has another password each period, and the one before it`, async (t) => {
    const { send, data, verdict, advance, asked } = await withEngine(t, type, ANYTHING)
    await send('POST', `${type}/config`, CONFIG)
    t.equal(await verdict('POST', `${type}/static-role/App`, STATIC), '204')
    const { password } = await data('GET', `${type}/static-cred/app`)
    t.match(password, /^\w{64}$/)
    advance(1_800_000)
    t.match(await data('GET', `${type}/static-cred/app`), {
      dn: 'cn=app', last_password: '', last_vault_rotation: '2024-01-01T00:00:00Z', rotation_period: 3600, ttl: 1800
    })
    advance(1_800_000)
    await turn()
    const { password: next, last_password: last } = await data('GET', `${type}/static-cred/app`)
    t.not(next, password)
    t.equal(last, password)
    t.same(asked(), ['change the password of cn=app', 'change the password of cn=app'])
  })
}

t.test('a rotation that fails is tried again in ten seconds', async (t) => {
  const { server, send, data, advance, verdict } = await withEngine(t, 'ldap', ANYTHING)
  await send('POST', 'ldap/config', CONFIG)
  await send('POST', 'ldap/static-role/app', STATIC)
  const { password } = await data('GET', 'ldap/static-cred/app')
  server.controls.outside.set({ otherwise: 'nothing' })
  const text = 'unable to finish rotating credentials; retries will continue in the background but it is also safe to ' +
    `retry manually: ${oneError(NOBODY)}`
  t.equal(await verdict('POST', 'ldap/rotate-role/app'), `500 ${oneError(text)}`)
  server.controls.outside.set({ otherwise: 'anything' })
  advance(10_000)
  await turn()
  t.not((await data('GET', 'ldap/static-cred/app')).password, password)
})

t.test('the directory lets people in with the password that was set, and nobody is changed who is not there', async (t) => {
  const engine = await withEngine(t, 'ldap', KNOWN)
  const { send, data, verdict } = engine
  await send('POST', 'ldap/config', CONFIG)
  t.equal(await verdict('POST', 'ldap/static-role/app', STATIC), '204')
  const { password } = await data('GET', 'ldap/static-cred/app')
  t.equal(await logsIn(engine, 'app', 'old'), '400')
  t.equal(await logsIn(engine, 'app', password), '200')
  t.equal(
    await verdict('POST', 'ldap/static-role/none', { username: 'none', rotation_period: 60 }),
    `500 ${oneError('expected one matching entry, but received 0')}`
  )
  t.equal(await verdict('GET', 'ldap/static-role/none'), '404')
})

t.test('POST rotate-root: only this server can bind from then on', async (t) => {
  const { send, data, verdict } = await withEngine(t, 'ldap', KNOWN)
  await send('POST', 'ldap/config', CONFIG)
  t.equal(await verdict('POST', 'ldap/rotate-root'), '204')
  t.equal((await data('GET', 'ldap/config')).last_bind_password_rotation, '2024-01-01T00:00:00Z')
  t.equal(await verdict('POST', 'ldap/static-role/app', STATIC), '204')
  await send('POST', 'ldap/config', { bindpass: 'secret' })
  t.match(await verdict('POST', 'ldap/rotate-role/app'), /LDAP Result Code 49 "Invalid Credentials"/)
})

t.test('GET creds/:name adds an entry, which the end of the lease deletes', async (t) => {
  const engine = await withEngine(t, 'ldap', KNOWN)
  const { server, send, verdict } = engine
  await send('POST', 'ldap/config', CONFIG)
  t.equal(await verdict('POST', 'ldap/role/dyn', DYNAMIC), '204')
  const { body } = await send('GET', 'ldap/creds/dyn')
  const { username, password } = body.data
  t.match(username, /^v_token_dyn_\w{10}_1704067200$/)
  t.match(body, { lease_duration: 3600, renewable: true, data: { distinguished_names: [`cn=${username},dc=x`] } })
  t.equal(await logsIn(engine, username, password), '200')
  const [call] = server.controls.outside.calls()
  t.same(call?.statements, [`dn: cn=${username},dc=x\nobjectClass: person\nuserPassword: {{password}}`])
  t.equal(await verdict('PUT', 'sys/leases/renew', { lease_id: body.lease_id }), '200')
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: body.lease_id }), '204')
  t.equal(await logsIn(engine, username, password), '400')
})

t.test('a creation that fails is rolled back', async (t) => {
  const { send, verdict, asked } = await withEngine(t, 'ldap', KNOWN)
  await send('POST', 'ldap/config', CONFIG)
  const ldif = 'dn: cn=app\ncn: app\n'
  await send('POST', 'ldap/role/dyn', { ...DYNAMIC, creation_ldif: ldif, rollback_ldif: 'dn: cn=app\nchangetype: delete\n' })
  t.match(await verdict('GET', 'ldap/creds/dyn'), /^500 1 error occurred:\n\t\* failed to create user: .*Entry Already Exists/)
  t.match(asked(), [/^create v_token_dyn_/, /^roll back v_token_dyn_/])
})

const REFUSED: readonly (readonly [object, string])[] = [
  [{}, 'missing creation_ldif'],
  [{ creation_ldif: 'cn: x' }, 'missing deletion_ldif'],
  [{ ...DYNAMIC, creation_ldif: 'cn: x' }, "invalid creation_ldif: LDIF is invalid: Error in line 2: missing 'dn:'"],
  [{ ...DYNAMIC, deletion_ldif: 'dn: x\nchangetype: moddn' }, 'invalid deletion_ldif: LDIF is invalid: Error in line 3: ' +
    'unsupported changetype moddn'],
  [{ ...DYNAMIC, deletion_ldif: '# x' }, 'invalid deletion_ldif: must specify at least one LDIF entry']
]

for (const [role, problem] of REFUSED) {
  t.test(`POST role/:name refuses ${JSON.stringify(role)}`, async (t) => {
    t.equal(await (await withEngine(t, 'ldap')).verdict('POST', 'ldap/role/x', role), `500 ${oneError(problem)}`)
  })
}

t.test('static roles keep their user and their name in the directory, and nobody has two', async (t) => {
  const { send, verdict } = await withEngine(t, 'ldap', ANYTHING)
  t.equal(await verdict('POST', 'ldap/static-role/app', STATIC), `500 ${oneError('the config is currently unset')}`)
  await send('POST', 'ldap/config', CONFIG)
  await send('POST', 'ldap/static-role/app', STATIC)
  t.equal(await verdict('POST', 'ldap/static-role/app', { username: 'x' }), '400 cannot update static account username')
  t.match(await verdict('POST', 'ldap/static-role/app', { dn: 'cn=x' }), /^400 cannot update static account distinguished/)
  t.equal(await verdict('POST', 'ldap/static-role/b', STATIC), '400 "app" is already managed by the secrets engine')
  t.equal(await verdict('POST', 'ldap/static-role/app', { rotation_period: 1 }), '400 rotation_period must be 5 seconds or more')
  t.match(await verdict('GET', 'ldap/library/x'), /^400 vault-mock does not simulate libraries of accounts/)
})

t.test('OpenBao may leave the password of a new static role as it is', async (t) => {
  const { send, data, asked } = await withEngine(t, 'ldap', { ...ANYTHING, profile: 'openbao-2.5' })
  await send('POST', 'ldap/config', { ...CONFIG, skip_static_role_import_rotation: true })
  await send('POST', 'ldap/static-role/app', STATIC)
  t.match(await data('GET', 'ldap/static-cred/app'), { password: '', ttl: 3600 })
  t.same(asked(), [])
})

t.test('LDIF: folded lines, comments, base64 and changes', (t) => {
  const text = 'version: 1\n# said\n of it\ndn: cn=a,\n dc=x\ncn:: YQ==\ncn: b\n\n\ndn: cn=g\nchangetype: modify\nadd: member\nmember: a\n-\n'
  t.same(parseLdif(text), [
    { change: 'add', dn: 'cn=a,dc=x', attributes: new Map([['cn', ['a', 'b']]]) },
    { change: 'modify', dn: 'cn=g', attributes: new Map([['member', ['a']]]) }
  ])
  t.end()
})

t.test('LDIF: what stands in base64 is read as it was', (t) => {
  assert(property(string({ unit: 'grapheme', minLength: 1 }), (value) => {
    const [record] = parseLdif(`dn: cn=a\nsn:: ${Buffer.from(value).toString('base64')}`)
    t.same(record?.attributes.get('sn'), [value])
  }))
  t.end()
})

t.test('what would be random without end is refused', async (t) => {
  const { send, verdict } = await withEngine(t, 'ldap', ANYTHING)
  t.match(await verdict('POST', 'ldap/config', { ...CONFIG, length: 1e9 }), /^400 .* more than 4096 characters/)
  await send('POST', 'ldap/config', { ...CONFIG, length: 12 })
  await send('POST', 'ldap/role/dyn', { ...DYNAMIC, username_template: '{{random 1000000000}}' })
  t.match(await verdict('GET', 'ldap/creds/dyn'), /^400 .* more than 4096 characters/)
  await send('POST', 'ldap/role/dyn', { username_template: 'x' })
  t.match((await send('GET', 'ldap/creds/dyn')).body.data, { username: 'x', password: /^\w{12}$/ })
})
