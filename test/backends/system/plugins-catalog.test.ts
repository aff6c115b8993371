// sys/plugins/catalog
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET plugins/catalog shows all that is built in', async (t) => {
  const { data } = vault(t)
  const catalog = await data('GET', 'sys/plugins/catalog')
  t.same(Object.keys(catalog), ['auth', 'database', 'detailed', 'secret'])
  t.ok(catalog.secret.includes('transit'))
  t.ok(catalog.database.includes('postgresql-database-plugin'))
  t.match(catalog.detailed, [{ builtin: true, name: 'alicloud', type: 'auth' }])
})

t.test('LIST plugins/catalog/:type lists the plugins of a type', async (t) => {
  const { data, verdict } = vault(t, { profile: 'openbao-2.5' })
  const keys = ['approle', 'cert', 'jwt', 'kerberos', 'kubernetes', 'ldap', 'oidc', 'radius', 'userpass']
  t.same(await data('LIST', 'sys/plugins/catalog/auth'), { keys })
  t.equal(await verdict('LIST', 'sys/plugins/catalog/none'), '400 "none" is not a supported plugin type')
})

t.test('GET plugins/catalog/:type/:name shows one plugin, with a version of its own where it has one', async (t) => {
  const { data, verdict } = vault(t, { profile: 'vault-1.14' })
  t.match(await data('GET', 'sys/plugins/catalog/secret/kv'), { builtin: true, name: 'kv', version: 'v0.15.0+builtin' })
  t.match(await data('GET', 'sys/plugins/catalog/auth/approle'), { version: 'v1.14.9+builtin.vault' })
  t.equal(await verdict('GET', 'sys/plugins/catalog/auth/none'), '404')
})
