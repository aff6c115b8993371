// azure: service principals, and passwords of applications
import t from 'tap'
import { oneError } from '../../vault-server.js'
import { ANYTHING, withEngine } from './asking.js'

const CONFIG = { subscription_id: 's', tenant_id: 't', client_id: 'c', client_secret: 'x' }
const READER = '[{"role_name":"Reader","scope":"/subscriptions/s"}]'
const READER_ID = '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7'

t.test('GET creds/:role makes an application, which the end of the lease deletes', async (t) => {
  const { send, data, verdict, asked } = await withEngine(t, 'azure', ANYTHING)
  await send('POST', 'azure/config', CONFIG)
  t.equal(await verdict('POST', 'azure/roles/App', { azure_roles: READER, ttl: '1h', max_ttl: '2h' }), '204')
  t.match(await data('GET', 'azure/roles/app'), {
    azure_groups: null, azure_roles: [{ role_name: 'Reader', role_id: READER_ID, scope: '/subscriptions/s' }], ttl: 3600
  })
  const { body } = await send('GET', 'azure/creds/app')
  t.match(body, {
    lease_duration: 3600, renewable: true, data: { client_id: /^[0-9a-f-]{36}$/, client_secret: /^\w{40}$/ }
  })
  t.equal(await verdict('PUT', 'sys/leases/renew', { lease_id: body.lease_id }), '200')
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: body.lease_id }), '204')
  t.same(asked(), [
    'look up the role Reader', 'create an application for app', `delete the application ${body.data.client_id}`
  ])
})

t.test('an application that is there gets passwords', async (t) => {
  const { send, data, verdict } = await withEngine(t, 'azure', { outside: { azure: { '*': { keys: [] } } } })
  await send('POST', 'azure/config', CONFIG)
  t.equal(await verdict('POST', 'azure/roles/app', { application_object_id: 'o' }), '204')
  const [one, other] = [await data('GET', 'azure/creds/app'), await data('GET', 'azure/creds/app')]
  t.equal(one.client_id, other.client_id)
  t.not(one.client_secret, other.client_secret)
})

t.test('where nobody answers, or nothing is configured, there are no roles', async (t) => {
  const { send, verdict } = await withEngine(t, 'azure')
  t.equal(await verdict('GET', 'azure/roles/x'), `500 ${oneError('config is nil')}`)
  t.equal(await verdict('GET', 'azure/creds/x'), `500 ${oneError('subscription_id is required')}`)
  await send('POST', 'azure/config', CONFIG)
  t.match(await verdict('POST', 'azure/roles/x', { azure_roles: READER }), /unable to lookup Azure role: Post "https:\/\/login/)
  t.equal(await verdict('GET', 'azure/roles/x'), '404')
  t.match(await verdict('POST', 'azure/rotate-root'), /^400 vault-mock does not simulate/)
})

const REFUSED: readonly (readonly [object, string])[] = [
  [{ ttl: 2, max_ttl: 1 }, 'ttl cannot be greater than max_ttl'],
  [{ azure_roles: '[' }, "error parsing Azure roles '[': unexpected EOF"],
  [{ application_object_id: 'o', permanently_delete: true }, 'permanently_delete must be false if application_object_id is provided'],
  [{ azure_groups: '[{"object_id":"g"},{"object_id":"g"}]' }, "duplicate object_id 'g'"]
]

for (const [role, problem] of REFUSED) {
  t.test(`POST roles/:name refuses ${JSON.stringify(role)}`, async (t) => {
    const { send, verdict } = await withEngine(t, 'azure', ANYTHING)
    await send('POST', 'azure/config', CONFIG)
    t.equal(await verdict('POST', 'azure/roles/x', role), `400 ${problem}`)
  })
}
