// sys/monitor
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET monitor says that the log is not streamed', async (t) => {
  const { verdict } = vault(t)
  t.match(await verdict('GET', 'sys/monitor'), /^400 vault-mock does not stream its log/)
})
