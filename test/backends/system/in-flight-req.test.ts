// sys/in-flight-req
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
