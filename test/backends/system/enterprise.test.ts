// sys/license/status, and the paths of the enterprise edition that are not simulated.
import t from 'tap'
import { NEW_YEAR, NO_TOKEN, UNSUPPORTED_PATH, vault } from '../../vault-server.js'

const COMMUNITY = { profile: 'vault-1.14', edition: 'ce' } as const
const ENTERPRISE_ONLY = '404 enterprise-only feature'

t.test('GET license/status shows a license that is far from its end', async (t) => {
  const { data } = vault(t, NEW_YEAR)
  const license = { license_id: /^[0-9a-f-]{36}$/, expiration_time: /^2033-/, features: ['Performance Replication'] }
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

t.test('LIST namespaces, and what else is not simulated, says so in the enterprise edition', async (t) => {
  const { verdict } = vault(t)
  t.match(await verdict('LIST', 'sys/namespaces'), /^400 vault-mock does not simulate namespaces/)
  t.match(await verdict('PUT', 'sys/policies/egp/a', {}), /^400 vault-mock does not simulate Sentinel policies/)
  t.match(await verdict('PUT', 'sys/control-group/request', {}), /^400 vault-mock does not simulate control groups/)
})

t.test('LIST namespaces is a stub in the community edition', async (t) => {
  t.equal(await vault(t, COMMUNITY).verdict('LIST', 'sys/namespaces'), ENTERPRISE_ONLY)
})

t.test('LIST namespaces says that they are not simulated in OpenBao, which has no other path of these', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  t.match(await verdict('LIST', 'sys/namespaces'), /^400 vault-mock does not simulate namespaces/)
  t.equal(await verdict('LIST', 'sys/managed-keys/aws'), UNSUPPORTED_PATH)
})
