// kubernetes: tokens of service accounts
import t from 'tap'
import { oneError } from '../../vault-server.js'
import { ANYTHING, withEngine } from './asking.js'

const HOST = 'https://127.0.0.1:1'
const ROLE = { service_account_name: 'app', allowed_kubernetes_namespaces: 'default,dev', token_default_ttl: '10m' }

t.test('POST creds/:name gives a token of the account, for the time of its lease', async (t) => {
  const { send, asked } = await withEngine(t, 'kubernetes', ANYTHING)
  await send('POST', 'kubernetes/config', { kubernetes_host: HOST })
  await send('POST', 'kubernetes/roles/app', ROLE)
  const { body } = await send('POST', 'kubernetes/creds/app', { kubernetes_namespace: 'dev', audiences: 'here' })
  t.match(body, {
    lease_duration: 600, renewable: false, data: { service_account_name: 'app', service_account_namespace: 'dev' }
  })
  const [, payload = ''] = body.data.service_account_token.split('.')
  t.match(JSON.parse(Buffer.from(payload, 'base64url').toString()), {
    aud: ['here'], exp: Date.parse('2024-01-01T00:10:00Z') / 1000, sub: 'system:serviceaccount:dev:app'
  })
  t.same(asked(), ['create a token for dev/app'])
})

t.test('an account is made where the role names none, and deleted with the lease', async (t) => {
  const { send, verdict, asked } = await withEngine(t, 'kubernetes', ANYTHING)
  await send('POST', 'kubernetes/config', { kubernetes_host: HOST })
  await send('POST', 'kubernetes/roles/app', { kubernetes_role_name: 'view', allowed_kubernetes_namespaces: 'dev' })
  const { body } = await send('POST', 'kubernetes/creds/app', {})
  const { service_account_name: name } = body.data
  t.match(name, /^v-token-app-1704067200-[0-9a-z]{24}$/)
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: body.lease_id }), '204')
  t.same(asked(), [
    `create the service account dev/${name}`, `bind dev/${name} to view`, `create a token for dev/${name}`,
    `delete the service account dev/${name}`
  ])
})

t.test('only accounts that the cluster has get tokens, in namespaces with the labels that are wanted', async (t) => {
  const cluster = { serviceAccounts: { 'dev/app': {} }, namespaces: { dev: { team: 'blue' }, ops: { team: 'red' } } }
  const { send, verdict } = await withEngine(t, 'kubernetes', { outside: { kubernetes: { [HOST]: cluster } } })
  await send('POST', 'kubernetes/config', { kubernetes_host: HOST })
  const selector = '{"matchLabels":{"team":"blue"}}'
  await send('POST', 'kubernetes/roles/app', { service_account_name: 'app', allowed_kubernetes_namespace_selector: selector })
  await send('POST', 'kubernetes/roles/all', { service_account_name: 'app', allowed_kubernetes_namespaces: '*' })
  t.equal(await verdict('POST', 'kubernetes/creds/app', { kubernetes_namespace: 'dev' }), '200')
  t.match(await verdict('POST', 'kubernetes/creds/app', { kubernetes_namespace: 'ops' }), /^400 kubernetes_namespace 'ops'/)
  t.equal(
    await verdict('POST', 'kubernetes/creds/all', { kubernetes_namespace: 'ops' }),
    `500 ${oneError('failed to create a service account token for ops/app: serviceaccounts "app" not found')}`
  )
})
