// consul: tokens of Consul
import t from 'tap'
import { ANYTHING, withEngine } from './asking.js'

const ACCESS = { address: '127.0.0.1:1', token: 'secret' }
const REFUSED = 'dial tcp 127.0.0.1:1: connect: connection refused'

t.test('GET creds/:role gives a token with a lease, which is renewed by the role and deleted at its end', async (t) => {
  const { send, verdict, asked, advance } = await withEngine(t, 'consul', ANYTHING)
  await send('POST', 'consul/config/access', ACCESS)
  await send('POST', 'consul/roles/app', { consul_policies: 'reader', ttl: '1h', max_ttl: '2h', local: true })
  const { body } = await send('GET', 'consul/creds/app')
  t.match(body, {
    lease_id: /^consul\/creds\/app\//,
    lease_duration: 3600,
    renewable: true,
    data: { accessor: /^[0-9a-f-]{36}$/, consul_namespace: '', local: true, partition: '', token: /^[0-9a-f-]{36}$/ }
  })
  t.equal(await verdict('PUT', 'sys/leases/renew', { lease_id: body.lease_id }), '200')
  advance(3_600_000)
  await new Promise((resolve) => { setImmediate(resolve) })
  t.same(asked(), ['create a token for app', 'delete a token'])
})

t.test('GET creds/:role of a policy of old gives a token without accessor', async (t) => {
  const { send, data } = await withEngine(t, 'consul', ANYTHING)
  await send('POST', 'consul/config/access', ACCESS)
  await send('POST', 'consul/roles/old', { policy: Buffer.from('key "" {}').toString('base64') })
  t.same(Object.keys(await data('GET', 'consul/creds/old')), ['token'])
})

t.test('where nobody answers, credentials and the bootstrap of ACLs say so', async (t) => {
  const { send, verdict } = await withEngine(t, 'consul')
  await send('POST', 'consul/roles/app', { consul_policies: 'reader' })
  t.match(await verdict('GET', 'consul/creds/app'), /^400 access credentials for the backend itself/)
  t.equal(
    await verdict('POST', 'consul/config/access', { address: '127.0.0.1:1' }),
    `400 Token not provided and failed to bootstrap ACLs: Put "http://127.0.0.1:1/v1/acl/bootstrap": ${REFUSED}`
  )
  await send('POST', 'consul/config/access', ACCESS)
  t.equal(await verdict('GET', 'consul/creds/app'), `400 Put "http://127.0.0.1:1/v1/acl/token": ${REFUSED}`)
  t.equal(await verdict('GET', 'consul/creds/none'), '400 role "none" not found')
})

t.test('only what the world was told of is there', async (t) => {
  const { send, verdict } = await withEngine(t, 'consul', { outside: { consul: { 'http://consul.test:8500': {} } } })
  await send('POST', 'consul/roles/app', { consul_policies: 'reader' })
  await send('POST', 'consul/config/access', { ...ACCESS, address: 'consul.test:8500' })
  t.equal(await verdict('GET', 'consul/creds/app'), '200')
  await send('POST', 'consul/config/access', { ...ACCESS, address: 'other.test:8500' })
  t.equal(
    await verdict('GET', 'consul/creds/app'),
    '400 Put "http://other.test:8500/v1/acl/token": dial tcp: lookup other.test: no such host'
  )
})
