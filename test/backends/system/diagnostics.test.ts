// sys/in-flight-req, sys/monitor, sys/pprof
import t from 'tap'
import { NEW_YEAR, vault } from '../../vault-server.js'

t.test('GET in-flight-req shows the request itself, without an envelope', async (t) => {
  const { send } = vault(t, NEW_YEAR)
  const { body } = await send('GET', 'sys/in-flight-req')
  t.match(Object.values(body), [{
    request_path: '/v1/sys/in-flight-req', request_method: 'GET', start_time: '2024-01-01T00:00:00Z'
  }])
  t.notOk('request_id' in body)
})

t.test('GET monitor says that the log is not streamed', async (t) => {
  const { verdict } = vault(t)
  t.match(await verdict('GET', 'sys/monitor'), /^400 vault-mock does not stream its log/)
})

t.test('GET pprof, and any profile, says that there is none', async (t) => {
  const { verdict } = vault(t)
  for (const path of ['pprof', 'pprof/heap']) {
    t.match(await verdict('GET', `sys/${path}`), /^400 vault-mock does not simulate pprof/)
  }
})
