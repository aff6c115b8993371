// cubbyhole/: secrets that only one token can see
import t from 'tap'
import { oneError, vault } from '../vault-server.js'

const HOUR_TOKEN = { policies: ['default'], ttl: '1h' }

t.test('each token has a cubbyhole of its own', async (t) => {
  const { verdict, data, tokenHeader } = vault(t)
  const [mine, theirs] = [await tokenHeader(HOUR_TOKEN), await tokenHeader(HOUR_TOKEN)]
  t.equal(await verdict('POST', 'cubbyhole/x', { a: 1 }, mine), '204')
  t.same(await data('GET', 'cubbyhole/x', undefined, mine), { a: 1 })
  t.same(await data('LIST', 'cubbyhole', undefined, mine), { keys: ['x'] })
  t.equal(await verdict('GET', 'cubbyhole/x', undefined, theirs), '404')
})

t.test('a cubbyhole has no lease', async (t) => {
  const { send } = vault(t)
  await send('POST', 'cubbyhole/x', { a: 1 })
  t.match((await send('GET', 'cubbyhole/x')).body, { lease_id: '', lease_duration: 0 })
})

t.test('a cubbyhole goes with its token, and with no other', async (t) => {
  const { send, data } = vault(t)
  for (const id of ['a', 'a/b']) {
    await send('POST', 'auth/token/create', { ...HOUR_TOKEN, id })
    await send('POST', 'cubbyhole/x', { of: id }, { 'x-vault-token': id })
  }
  await send('POST', 'auth/token/revoke', { token: 'a' })
  t.same(await data('GET', 'cubbyhole/x', undefined, { 'x-vault-token': 'a/b' }), { of: 'a/b' })
  await send('POST', 'auth/token/create', { ...HOUR_TOKEN, id: 'a' })
  t.equal((await send('GET', 'cubbyhole/x', undefined, { 'x-vault-token': 'a' })).status, 404)
})

t.test('DELETE cubbyhole/:path forgets a secret', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', 'cubbyhole/x', { a: 1 })
  t.equal(await verdict('DELETE', 'cubbyhole/x'), '204')
  t.equal(await verdict('GET', 'cubbyhole/x'), '404')
})

t.test('SCAN cubbyhole lists the whole tree (OpenBao)', async (t) => {
  const { send, data } = vault(t, { profile: 'openbao-2.5' })
  for (const path of ['b/c', 'a']) await send('POST', `cubbyhole/${path}`, { a: 1 })
  t.same(await data('SCAN', 'cubbyhole'), { keys: ['a', 'b/c'] })
})

t.test('batch tokens have no cubbyhole', async (t) => {
  const { verdict, tokenHeader } = vault(t)
  const asBatch = await tokenHeader({ policies: ['default'], type: 'batch' })
  t.equal(
    await verdict('GET', 'cubbyhole/x', undefined, asBatch),
    '400 cubbyhole operations are only supported by "service" type tokens'
  )
})

t.test('no fields and no path are failures', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'cubbyhole/x', {}), `500 ${oneError('missing data fields')}`)
  t.equal(await verdict('GET', 'cubbyhole/'), `500 ${oneError('missing path')}`)
})
