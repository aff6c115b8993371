// The paths of the enterprise edition that are not simulated.
import t from 'tap'
import { UNSUPPORTED_PATH, vault } from '../../vault-server.js'

const COMMUNITY = { profile: 'vault-1.14', edition: 'ce' } as const
const ENTERPRISE_ONLY = '404 enterprise-only feature'

t.test('LIST managed-keys, and what else is not simulated, says so in the enterprise edition', async (t) => {
  const { verdict } = vault(t)
  t.match(await verdict('LIST', 'sys/managed-keys/aws'), /^400 vault-mock does not simulate managed keys/)
  t.match(await verdict('PUT', 'sys/policies/egp/a', {}), /^400 vault-mock does not simulate Sentinel policies/)
  t.match(await verdict('PUT', 'sys/control-group/request', {}), /^400 vault-mock does not simulate control groups/)
})

t.test('LIST managed-keys is a stub in the community edition', async (t) => {
  t.equal(await vault(t, COMMUNITY).verdict('LIST', 'sys/managed-keys/aws'), ENTERPRISE_ONLY)
})

t.test('OpenBao has no such path', async (t) => {
  t.equal(await vault(t, { profile: 'openbao-2.5' }).verdict('LIST', 'sys/managed-keys/aws'), UNSUPPORTED_PATH)
})
