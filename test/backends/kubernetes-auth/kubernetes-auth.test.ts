// kubernetes: service accounts log in with their tokens, which the cluster reviews. Texts: recording `kubernetes-auth`.
import { createServer as listen } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../../src/index.js'
import { NO_TOKEN, vault } from '../../vault-server.js'
import { issuer } from '../jwt/issuer.js'

const HOST = 'https://kubernetes.default.svc'
const account = (uid = 'u1', namespace = 'default') => ({
  'kubernetes.io': { namespace, serviceaccount: { name: 'app', uid } }, aud: ['vault']
})
const KNOWN = { kubernetes: { [HOST]: { serviceAccounts: { 'default/app': { uid: 'u1' } } } } }

async function mounted (t: Test, options: ServerOptions, host = HOST) {
  const server = vault(t, options)
  await server.send('POST', 'sys/auth/kubernetes', { type: 'kubernetes' })
  const configured = await server.verdict('POST', 'auth/kubernetes/config', { kubernetes_host: host })
  const role = async (more: object) => await server.verdict('POST', 'auth/kubernetes/role/app', {
    bound_service_account_names: 'app', bound_service_account_namespaces: 'default', token_policies: 'reader', ...more
  })
  await role({})
  const { sign } = await issuer()
  const login = async (claims: object) =>
    await server.send('POST', 'auth/kubernetes/login', { role: 'app', jwt: await sign(claims) }, NO_TOKEN)
  return { ...server, configured, role, login }
}

t.test('an account that the cluster knows logs in; its token names it', async (t) => {
  const { configured, login, server } = await mounted(t, { outside: KNOWN })
  t.equal(configured, '204', 'the pod has its authority')
  const { body: { auth } } = await login(account())
  t.match(auth, {
    token_policies: ['default', 'reader'],
    metadata: { role: 'app', service_account_name: 'app', service_account_namespace: 'default', service_account_uid: 'u1' }
  })
  t.match(server.controls.outside.calls({ system: 'kubernetes' }).at(-1), { asked: 'review the token of default/app' })
})

t.test('others do not: of another uid, of a deleted account, of no cluster', async (t) => {
  const { login, server } = await mounted(t, { outside: KNOWN })
  t.equal((await login(account('u2'))).status, 403)
  server.controls.outside.set({ kubernetes: { [HOST]: { serviceAccounts: {} } } })
  t.equal((await login(account())).status, 403)
  server.controls.outside.set('nothing')
  t.match((await login(account())).body.errors, ['permission denied'])
})

t.test('only the tokens that were told of an account count', async (t) => {
  const { login } = await mounted(t, {
    outside: { kubernetes: { '*': { serviceAccounts: { 'default/app': { tokens: ['abc'] } } } } }
  })
  t.equal((await login(account())).status, 403)
})

t.test('without a pod and without an authority there is no configuration', async (t) => {
  const { configured } = await mounted(t, {})
  t.match(configured, '400 open /var/run/secrets/kubernetes.io/serviceaccount/ca.crt: no such file')
})

t.test('names and namespaces may have stars, aliases be names', async (t) => {
  const { role, login, data } = await mounted(t, { outside: 'anything' })
  const stars = { bound_service_account_names: 'ap*', bound_service_account_namespaces: 'team-*' }
  t.equal(await role({ ...stars, alias_name_source: 'serviceaccount_name' }), '204')
  t.match((await login(account())).body.errors, ['namespace not authorized'])
  const { body: { auth } } = await login(account('u1', 'team-a'))
  t.match(await data('GET', `identity/entity/id/${auth.entity_id}`), { aliases: [{ name: 'team-a/app' }] })
})

t.test('OpenBao chooses namespaces by their labels, too', async (t) => {
  const labelled = { serviceAccounts: { 'a/app': {}, 'b/app': {} }, namespaces: { a: { team: 'blue' }, b: {} } }
  const { role, login } = await mounted(t, { profile: 'openbao-2.5', outside: { kubernetes: { '*': labelled } } })
  const selector = '{"matchLabels":{"team":"blue"}}'
  t.equal(await role({ bound_service_account_namespaces: '', bound_service_account_namespace_selector: selector }), '204')
  t.equal((await login(account('u1', 'a'))).status, 200)
  t.match((await login(account('u1', 'b'))).body.errors, ['namespace not authorized'])
})

t.test('an API server that really runs on loopback reviews tokens', async (t) => {
  const asked: string[] = []
  const api = listen((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const user = { username: 'system:serviceaccount:default:app', uid: 'u1' }
    response.end(JSON.stringify({ kind: 'TokenReview', status: { authenticated: true, user } }))
  })
  await new Promise<void>((resolve) => { api.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => api.close())
  const { login, send } = await mounted(t, {})
  const host = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  await send('POST', 'auth/kubernetes/config', { kubernetes_host: host, kubernetes_ca_cert: 'x' })
  t.equal((await login(account())).status, 200)
  t.equal((await login(account('u2'))).status, 403)
  t.equal(asked[0], 'POST /apis/authentication.k8s.io/v1/tokenreviews')
})
