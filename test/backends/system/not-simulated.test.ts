// The paths of the enterprise edition that are not simulated.
import t from 'tap'
import { UNSUPPORTED_PATH, vault } from '../../vault-server.js'

const COMMUNITY = { profile: 'vault-1.14', edition: 'ce' } as const
const ENTERPRISE_ONLY = '404 enterprise-only feature'

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
