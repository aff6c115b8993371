// sys/pprof
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET pprof, and any profile, says that there is none', async (t) => {
  const { verdict } = vault(t)
  for (const path of ['pprof', 'pprof/heap']) {
    t.match(await verdict('GET', `sys/${path}`), /^400 vault-mock does not simulate pprof/)
  }
})
