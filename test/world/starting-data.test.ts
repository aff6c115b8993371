import t from 'tap'
import { createServer, StartingDataError, type ServerOptions } from '../../src/index.js'
import { vault } from '../vault-server.js'

t.test('secrets, policies and tokens are there from the first request', async (t) => {
  const { send } = vault(t, {
    secrets: { 'secret/app/db': { password: 'x', port: 5432 } },
    policies: { app: 'path "secret/data/app/*" { capabilities = ["read"] }', other: { path: { 'sys/mounts': { capabilities: ['read'] } } } },
    tokens: { 'app-token': { policies: ['app'], ttl: '1h', displayName: 'app', meta: { team: 'a' } } }
  })
  const own = { 'x-vault-token': 'app-token' }
  t.match((await send('GET', 'secret/data/app/db', undefined, own)).body.data, { data: { password: 'x', port: 5432 }, metadata: { version: 1 } })
  t.equal((await send('GET', 'sys/mounts', undefined, own)).status, 403)
  t.match((await send('GET', 'auth/token/lookup-self', undefined, own)).body.data, {
    policies: ['app', 'default'], creation_ttl: 3600, display_name: 'token-app', meta: { team: 'a' }
  })
  t.match((await send('GET', 'sys/policies/acl/other')).body.data.policy, /sys\/mounts/)
})

t.test('a root token lives for ever, a periodic one has its period', async (t) => {
  const { send } = vault(t, { tokens: { boss: { policies: ['root'] }, agent: { policies: ['default'], period: 60 } } })
  t.match((await send('POST', 'auth/token/lookup', { token: 'boss' })).body.data, { ttl: 0, expire_time: null })
  t.match((await send('POST', 'auth/token/lookup', { token: 'agent' })).body.data, { period: 60, creation_ttl: 60 })
})

t.test('what is wrong is named by its place', async (t) => {
  const refused = (data: object): string => {
    try {
      createServer(data as ServerOptions)
    } catch (error) {
      if (error instanceof StartingDataError) return error.message
    }
    return 'taken'
  }
  t.match(refused({ tokens: { app: { policies: 'app' } } }), /^\/tokens\/app\/policies: expected array \(a list of policy names\), found "app"/)
  t.match(refused({ tokens: { app: { policies: [], tll: 1 } } }), /^\/tokens\/app\/tll: expected no such field/)
  t.match(refused({ tokens: { app: { policies: [], ttl: 'soon' } } }), /^\/tokens\/app: ttl: .*soon/)
  t.match(refused({ policies: { app: 'path {' } }), /^\/policies\/app: failed to parse policy/)
  t.match(refused({ policies: { app: 1 } }), /^\/policies\/app: /)
  t.match(refused({ secrets: { 'nowhere/a': {} } }), /^\/secrets\/nowhere~1a: no KV secrets engine/)
  t.match(refused({ fixture: 'uninitialized', secrets: { 'secret/a': {} } }), /needs an initialised cluster/)
})

t.test('namespaces are there as well, with what is in them', async (t) => {
  const { data } = vault(t, {
    namespaces: {
      'team/app': { secrets: { 'secret/db': { password: 'x' } }, customMetadata: { owner: 'me' } },
      team: { policies: { app: 'path "app/secret/*" { capabilities = ["read"] }' } }
    }
  })
  t.same((await data('GET', 'team/app/secret/data/db')).data, { password: 'x' })
  t.match((await data('GET', 'team/sys/namespaces/app')).custom_metadata, { owner: 'me' })
  t.same((await data('LIST', 'team/sys/policies/acl')).keys, ['app', 'default'])
  t.match((await data('GET', 'team/app/sys/mounts'))['secret/'], { type: 'kv', options: { version: '2' } })
})

t.test('what is wrong with a namespace is named by its place', async (t) => {
  const refused = (namespaces: object, options: object = {}): string => {
    try {
      createServer({ ...options, namespaces } as ServerOptions)
    } catch (error) {
      if (error instanceof StartingDataError) return error.message
    }
    return 'taken'
  }
  t.equal(refused({ 'a/sys': {} }), '/namespaces/a~1sys: "sys" is a reserved path and cannot be used as a namespace name')
  t.equal(refused({ secret: {} }), '/namespaces/secret: new namespace conflicts with existing mount: secret/')
  t.match(refused({ a: { policies: { x: 'path {' } } }), /^\/namespaces\/a\/policies\/x: failed to parse policy/)
  t.match(refused({ a: { tokens: {} } }), /^\/namespaces\/a\/tokens: expected no such field/)
  t.match(refused({ a: {} }, { edition: 'ce' }), /^\/namespaces\/a: only the enterprise edition and OpenBao/)
  t.equal(refused({ a: {} }, { profile: 'openbao-2.5' }), 'taken')
})
