// sys/license/status
import t from 'tap'
import { NO_TOKEN, UNSUPPORTED_PATH, vault } from '../../vault-server.js'

const COMMUNITY = { profile: 'vault-1.14', edition: 'ce' } as const
const ENTERPRISE_ONLY = '404 enterprise-only feature'

t.test('GET license/status shows a license that is far from its end', async (t) => {
  const { data } = vault(t)
  const license = { license_id: /^[0-9a-f-]{36}$/, expiration_time: '2099-12-31T23:59:59Z', features: ['Performance Replication'] }
  t.match(await data('GET', 'sys/license/status'), {
    autoloading_used: true, autoloaded: license, persisted_autoload: license
  })
})

t.test('GET license/status is a stub in the community edition and no path of OpenBao', async (t) => {
  t.equal(await vault(t, COMMUNITY).verdict('GET', 'sys/license/status'), ENTERPRISE_ONLY)
  t.equal(await vault(t, { profile: 'openbao-2.5' }).verdict('GET', 'sys/license/status'), UNSUPPORTED_PATH)
})

t.test('GET …/dr/secondary/license/status needs no token on a DR secondary', async (t) => {
  const { data } = vault(t, { fixture: 'dr-secondary' })
  const { autoloaded } = await data('GET', 'sys/replication/dr/secondary/license/status', undefined, NO_TOKEN)
  t.ok(autoloaded.features.includes('DR Replication'))
})
