// nomad: tokens of Nomad, real ones where a region stands in the same world
import t from 'tap'
import { oneError } from '../../vault-server.js'
import { ANYTHING, withEngine } from './asking.js'

const ACCESS = { address: 'http://127.0.0.1:1', token: 'secret' }

t.test('GET creds/:name gives a token with the lives of config/lease', async (t) => {
  const { send, data, asked } = await withEngine(t, 'nomad', ANYTHING)
  await send('POST', 'nomad/config/access', ACCESS)
  await send('POST', 'nomad/config/lease', { ttl: '1h', max_ttl: '2h' })
  await send('POST', 'nomad/role/app', { policies: 'reader' })
  t.match((await send('GET', 'nomad/creds/app')).body, {
    lease_duration: 3600, renewable: true, data: { accessor_id: /^[0-9a-f-]{36}$/, secret_id: /^[0-9a-f-]{36}$/ }
  })
  t.same(asked(), ['create a token for app'])
  t.same(await data('GET', 'nomad/config/access'), {
    address: 'http://127.0.0.1:1', ca_cert: '', client_cert: '', max_token_name_length: 0
  })
})

t.test('where nobody answers, credentials say so', async (t) => {
  const { send, verdict } = await withEngine(t, 'nomad')
  await send('POST', 'nomad/config/access', ACCESS)
  await send('POST', 'nomad/role/app', { policies: 'reader' })
  const text = 'Put "http://127.0.0.1:1/v1/acl/token": dial tcp 127.0.0.1:1: connect: connection refused'
  t.equal(await verdict('GET', 'nomad/creds/app'), `500 ${oneError(text)}`)
  t.equal(await verdict('GET', 'nomad/creds/none'), '400 role "none" not found')
})

t.test('a region of the same world gives real tokens, and takes them back with their lease', async (t) => {
  const { server, send, data, verdict } = await withEngine(t, 'nomad', { nomad: { acl: true } })
  const region = server.world.nomad
  if (region === undefined) throw new Error('there is no region')
  const [{ host, httpPort } = { host: '', httpPort: 0 }] = region.servers
  const address = `http://${host}:${httpPort}`
  // without a token the engine bootstraps the region
  t.equal(await verdict('POST', 'nomad/config/access', { address }), '204')
  region.acl.putPolicy({ name: 'reader', description: '', rules: 'operator { policy = "read" }' })
  await send('POST', 'nomad/role/app', { policies: 'reader', global: true })
  const { body } = await send('GET', 'nomad/creds/app')
  const token = region.acl.token(body.data.accessor_id)
  t.match(token, { secretId: body.data.secret_id, name: /^vault-app-token-\d+$/, type: 'client', policies: ['reader'], global: true })
  t.equal(region.acl.resolve(body.data.secret_id)?.allows('operator', 'read'), true)
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: body.lease_id }), '204')
  t.equal(region.acl.token(body.data.accessor_id), undefined)
  t.equal((await data('GET', 'nomad/config/access')).address, address)
  await send('POST', 'nomad/config/access', { token: body.data.secret_id })
  t.equal(
    await verdict('GET', 'nomad/creds/app'), `500 ${oneError('Unexpected response code: 403 (ACL token not found)')}`
  )
})

const REFUSED: readonly (readonly [object, string])[] = [
  [{ type: 'client' }, '400 policies cannot be empty when using client tokens'],
  [{ type: 'management', policies: 'x' }, '400 policies should be empty when using management tokens'],
  [{ type: 'x' }, '400 type must be "client" or "management"']
]

for (const [role, refusal] of REFUSED) {
  t.test(`POST role/:name refuses ${JSON.stringify(role)}`, async (t) => {
    t.equal(await (await withEngine(t, 'nomad')).verdict('POST', 'nomad/role/x', role), refusal)
  })
}
