// The operator's procedures between two separately started processes, over their sockets alone.
import t from 'tap'
import {
  activationToken, call, failOver, inSync, promote, PROCESSES_TAKE_MS, reads, startServer, statusOf, until, write,
  type Server
} from './processes.js'

const PERFORMANCE = 'sys/replication/performance'
const DR = 'sys/replication/dr'

t.setTimeout(PROCESSES_TAKE_MS)

t.test('performance replication between processes', async (t) => {
  const [east, west] = await Promise.all([startServer(t), startServer(t)])
  await write(east, 'before')
  await call(east, 'POST', `${PERFORMANCE}/primary/enable`, {})
  const token = await activationToken(east, 'performance', 'west')
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/enable`, { token })).status, 200)
  t.ok(await reads(west, 'before'))
  await write(east, 'after')
  t.ok(await until(async () => await reads(west, 'after')), 'what is written there arrives here')
  const { status, json } = await call(west, 'POST', 'secret/data/here', { data: { name: 'here' } })
  t.equal(status, 200)
  t.ok(json.warnings !== null || await reads(west, 'here'), 'read your own writes, or be told that they may be late')
  t.ok(await reads(east, 'here'), 'the primary wrote it')
  t.ok(await until(async () => await inSync(east, west, 'performance')))
  const sees = async (server: Server, peers: string, peer: Server): Promise<boolean> => {
    const [{ connection_status: connection, api_address: address }] = (await statusOf(server, 'performance'))[peers]
    return connection === 'connected' && address === peer.url
  }
  t.ok(await until(async () => await sees(east, 'secondaries', west)))
  t.ok(await until(async () => await sees(west, 'primaries', east)))
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
