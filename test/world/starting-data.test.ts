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
