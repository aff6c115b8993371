// A fault of ours while time passes by itself: logged like one in a request, and the server goes on.
import { Writable } from 'node:stream'
import pino from 'pino'
import t from 'tap'
import { createServer } from '../../src/index.js'

t.test('a fault between requests is logged', async (t) => {
  const lines = new Writable({ decodeStrings: false, write (line, _encoding, done) { this.emit('line', String(line)); done() } })
  const logged = new Promise<string>((resolve) => { lines.once('line', resolve) })
  const server = createServer({ time: 'live', logger: pino(lines) })
  t.teardown(() => server.close())
  const url = await server.listen()
  const { timeline } = server.world
  timeline.handle('test.fault', () => { throw new Error('ours') })
  timeline.schedule({ atMs: timeline.nowMs, kind: 'test.fault', urgency: 'deadline', ids: {} })
  const { level, err, msg } = JSON.parse(await logged)
  t.same([level, err.message, msg], [50, 'ours', 'fault'])
  t.equal((await fetch(`${url}/v1/sys/health`)).status, 200)
})
