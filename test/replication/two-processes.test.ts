// The operator's procedures between two separately started processes, over their sockets alone.
import t from 'tap'
import {
  activationToken, call, failOver, inSync, promote, reads, startServer, statusOf, until, write
} from './processes.js'

const PERFORMANCE = 'sys/replication/performance'
const DR = 'sys/replication/dr'

t.test('performance replication between processes', async (t) => {
  const [east, west] = await Promise.all([startServer(t), startServer(t)])
  await write(east, 'before')
  await call(east, 'POST', `${PERFORMANCE}/primary/enable`, {})
  const token = await activationToken(east, 'performance', 'west')
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/enable`, { token })).status, 200)
  t.ok(await reads(west, 'before'))
  await write(east, 'after')
  t.ok(await until(async () => await reads(west, 'after')), 'what is written there arrives here')
  t.equal(await write(west, 'here'), 200)
  t.ok(await reads(west, 'here'), 'read your own writes')
  t.ok(await reads(east, 'here'), 'the primary wrote it')
  t.ok(await until(async () => await inSync(east, west, 'performance')))
  t.match((await statusOf(east, 'performance')).secondaries, [{ node_id: 'west', connection_status: 'connected', api_address: west.url }])
  t.match((await statusOf(west, 'performance')).primaries, [{ connection_status: 'connected', api_address: east.url }])
  t.equal((await call(east, 'POST', `${PERFORMANCE}/primary/revoke-secondary`, { id: 'west' })).status, 204)
  t.ok(await until(async () => (await statusOf(west, 'performance')).state === 'idle'), 'revoked')
  t.ok(await reads(west, 'after'))
})

t.test('disaster recovery between processes: planned failover, failback, the primary killed', async (t) => {
  const [east, west] = await Promise.all([startServer(t), startServer(t)])
  await call(east, 'POST', `${DR}/primary/enable`, {})
  const token = await activationToken(east, 'dr', 'west')
  t.equal((await call(west, 'POST', `${DR}/secondary/enable`, { token })).status, 200)
  t.equal((await call(west, 'GET', 'sys/health')).status, 472)
  await write(east, 'one')
  t.ok(await until(async () => await inSync(east, west, 'dr')), 'set up')

  await failOver({ from: east, to: west, key: east.key, t })
  t.ok(await reads(west, 'one'))
  await write(west, 'two')
  t.ok(await until(async () => await inSync(west, east, 'dr')), 'the old primary follows')

  await failOver({ from: west, to: east, key: east.key, t })
  t.ok(await reads(east, 'two'), 'and back')
  await write(east, 'three')
  t.ok(await until(async () => await inSync(east, west, 'dr')))

  east.child.kill('SIGKILL')
  await promote(west, east.key, t)
  for (const name of ['one', 'two', 'three']) t.ok(await reads(west, name), `${name} survives the primary`)
})
