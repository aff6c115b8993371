// sys/version-history
import t from 'tap'
import { NEW_YEAR, UNSUPPORTED_OPERATION, vault } from '../../vault-server.js'

t.test('LIST version-history shows the one version, from the first moment on', async (t) => {
  const { data } = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', edition: 'ce' })
  t.same(await data('LIST', 'sys/version-history'), {
    keys: ['1.14.9'],
    key_info: {
      '1.14.9': {
        build_date: '2024-01-24T20:10:22Z', previous_version: null, timestamp_installed: '2024-01-01T00:00:00Z'
      }
    }
  })
})

t.test('GET version-history is no operation', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/version-history'), UNSUPPORTED_OPERATION)
})
