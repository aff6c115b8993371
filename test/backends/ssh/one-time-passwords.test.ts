// ssh/creds, ssh/verify, ssh/lookup: passwords that are good once
import t, { type Test } from 'tap'
import { NO_TOKEN, type Vault } from '../../vault-server.js'
import { withEngine } from './engine.js'

const ROLE = { key_type: 'otp', default_user: 'ubuntu', cidr_list: '10.0.0.0/8,fd00::/8', allowed_users: 'ann, bob' }
const NOT_FOUND = '400 OTP not found'
const NOT_OURS = '400 Error validating IP: IP does not belong to role'
const LEASE_MS = 2_764_800_000

interface Otp extends Vault {
  readonly verify: (otp: string) => Promise<string>
}

async function withOtp (t: Test, role: object = {}): Promise<Otp> {
  const server = await withEngine(t)
  await server.send('POST', 'ssh/roles/otp', { ...ROLE, ...role })
  return { ...server, verify: async (otp) => await server.verdict('POST', 'ssh/verify', { otp }, NO_TOKEN) }
}

t.test('POST creds/:role gives a password with a lease, good for one login', async (t) => {
  const { send, data, verify } = await withOtp(t, { port: 2222 })
  const { body } = await send('POST', 'ssh/creds/otp', { ip: '10.1.2.3' })
  t.match(body, {
    lease_id: /^ssh\/creds\/otp\/\w{24}$/,
    lease_duration: 2_764_800,
    renewable: false,
    data: { ip: '10.1.2.3', key_type: 'otp', port: 2222, username: 'ubuntu' }
  })
  t.same(await data('POST', 'ssh/verify', { otp: body.data.key }, NO_TOKEN), {
    ip: '10.1.2.3', role_name: 'otp', username: 'ubuntu'
  })
  t.equal(await verify(body.data.key), NOT_FOUND)
})

t.test('a password dies with its lease: revoked, run out, or with its token', async (t) => {
  const { send, verdict, verify, advance, tokenHeader } = await withOtp(t)
  const creds = async (headers = {}): Promise<any> => (await send('POST', 'ssh/creds/otp', { ip: '10.1.2.3' }, headers)).body
  const revoked = await creds()
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: revoked.lease_id }), '204')
  t.equal(await verify(revoked.data.key), NOT_FOUND)
  const [old, holder] = [await creds(), await tokenHeader({ policies: 'root' })]
  const owned = await creds(holder)
  await send('POST', 'auth/token/revoke-self', {}, holder)
  t.equal(await verify(owned.data.key), NOT_FOUND)
  advance(LEASE_MS)
  t.equal(await verify(old.data.key), NOT_FOUND)
})

t.test('a password is stored as its hash alone', async (t) => {
  const { server, data } = await withOtp(t)
  const { key } = await data('POST', 'ssh/creds/otp', { ip: '10.1.2.3' })
  const all = [...server.world.clusters.values()].flatMap(({ storage }) => [...storage.entries()])
  t.notOk(JSON.stringify(all).includes(key))
})

const REFUSED: readonly (readonly [object, string])[] = [
  [{}, '400 Missing ip'],
  [{ ip: 'host' }, '400 Invalid IP "host"'],
  [{ ip: '10.1.2.3', username: 'eve' }, '400 Username is not present is allowed users list'],
  [{ ip: '172.16.0.1' }, NOT_OURS],
  [{ ip: '10.9.0.1' }, NOT_OURS]
]

for (const [body, refusal] of REFUSED) {
  t.test(`POST creds/:role refuses ${JSON.stringify(body)}`, async (t) => {
    const { verdict } = await withOtp(t, { exclude_cidr_list: '10.9.0.0/16' })
    t.equal(await verdict('POST', 'ssh/creds/otp', body), refusal)
  })
}

t.test('POST creds/:role without a list of users is for the default user alone', async (t) => {
  const { verdict } = await withOtp(t, { allowed_users: '' })
  t.equal(await verdict('POST', 'ssh/creds/otp', { ip: '10.0.0.1' }), '200')
  t.equal(
    await verdict('POST', 'ssh/creds/otp', { ip: '10.0.0.1', username: 'ann' }),
    '400 Username has to be either in allowed users list or has to be a default username'
  )
  t.equal(await verdict('POST', 'ssh/creds/none', { ip: '10.0.0.1' }), '400 Role "none" not found')
})

t.test('addresses are written as Go prints them', async (t) => {
  const { data } = await withOtp(t, { allowed_users: '*' })
  const ipOf = async (ip: string): Promise<string> => (await data('POST', 'ssh/creds/otp', { ip, username: 'x' })).ip
  t.equal(await ipOf('FD00:0:0::1'), 'fd00::1')
  t.equal(await ipOf('::ffff:10.0.0.1'), '10.0.0.1')
})

t.test('POST config/zeroaddress lets a role take any address', async (t) => {
  const { data, verdict } = await withOtp(t)
  t.equal(await verdict('GET', 'ssh/config/zeroaddress'), '404')
  t.equal(await verdict('POST', 'ssh/config/zeroaddress', {}), '400 Missing roles')
  t.equal(await verdict('POST', 'ssh/config/zeroaddress', { roles: 'none' }), '400 Role "none" does not exist')
  t.equal(await verdict('POST', 'ssh/config/zeroaddress', { roles: 'otp' }), '204')
  t.same(await data('GET', 'ssh/config/zeroaddress'), { roles: ['otp'] })
  t.equal(await verdict('POST', 'ssh/creds/otp', { ip: '172.16.0.1' }), '200')
  t.equal(await verdict('DELETE', 'ssh/config/zeroaddress'), '204')
  t.equal(await verdict('POST', 'ssh/creds/otp', { ip: '172.16.0.1' }), NOT_OURS)
})

t.test('POST lookup names the roles of an address', async (t) => {
  const { data, verdict } = await withOtp(t)
  t.same(await data('POST', 'ssh/lookup', { ip: '10.1.2.3' }), { roles: ['otp'] })
  t.same(await data('POST', 'ssh/lookup', { ip: '172.16.0.1' }), { roles: null })
  t.equal(await verdict('POST', 'ssh/lookup', {}), '400 Missing ip')
  t.equal(await verdict('POST', 'ssh/lookup', { ip: 'x' }), '400 Invalid IP "<nil>"')
})

t.test('POST verify answers the echo of the agent', async (t) => {
  const { data } = await withOtp(t)
  t.same(await data('POST', 'ssh/verify', { otp: 'verify-echo-request' }, NO_TOKEN), { message: 'verify-echo-response' })
})
