// sys/audit-hash
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('POST audit-hash/:path gives the same hash for the same text', async (t) => {
  const { send, data } = vault(t)
  const options = { file_path: '/audit.log' }
  await send('PUT', 'sys/audit/file', { type: 'file', options })
  const { hash } = await data('POST', 'sys/audit-hash/file', { input: 'root' })
  t.match(hash, /^hmac-sha256:[0-9a-f]{64}$/)
  t.same(await data('POST', 'sys/audit-hash/file', { input: 'root' }), { hash })
})

t.test('POST audit-hash/:path refuses no text and an unknown device', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'sys/audit-hash/file', {}), '400 the "input" parameter is empty')
  t.equal(await verdict('POST', 'sys/audit-hash/file', { input: 'a' }), '400 unknown audit backend "file/"')
})
