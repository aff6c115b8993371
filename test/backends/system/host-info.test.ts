// sys/host-info
import t from 'tap'
import { NEW_YEAR, NO_TOKEN, vault } from '../../vault-server.js'

t.test('GET host-info shows an invented machine by the name of the node', async (t) => {
  const { data } = vault(t, NEW_YEAR)
  const info = await data('GET', 'sys/host-info')
  t.same(Object.keys(info), ['cpu', 'cpu_times', 'disk', 'host', 'memory', 'timestamp'])
  t.match(info, { host: { hostname: 'raft_0', bootTime: 1703980800 }, timestamp: '2024-01-01T00:00:00Z' })
})

t.test('GET host-info needs a token', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/host-info', undefined, NO_TOKEN), '403 permission denied')
})
