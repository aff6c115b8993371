// sys/key-status
import t from 'tap'
import { NEW_YEAR, vault } from '../../vault-server.js'

t.test('GET key-status shows the term, and counts the writes, in data and beside it', async (t) => {
  const { send } = vault(t, NEW_YEAR)
  const { body } = await send('GET', 'sys/key-status')
  t.match(body.data, { term: 1, install_time: '2024-01-01T00:00:00Z' })
  t.equal(body.term, 1)
  await send('PUT', 'secret/data/a', { data: {} })
  t.ok((await send('GET', 'sys/key-status')).body.encryptions > body.encryptions)
})
