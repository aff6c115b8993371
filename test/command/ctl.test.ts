// vault-mock ctl: words to requests.
import t from 'tap'
import { control, readControl } from '../../src/command/ctl.js'
import { startCluster } from '../../src/testing.js'

t.test('words become a path, fields a body', (t) => {
  t.match(readControl(['--address', 'http://a', 'nodes', 'east/raft_1', 'kill'], {}), { address: 'http://a', path: '/_mock/nodes/east%3Araft_1/kill', body: undefined })
  t.match(readControl(['post', 'faults', 'effect.status=503', 'match.path=secret/**'], { VAULT_ADDR: 'http://b' }), { address: 'http://b', verb: 'post', body: { effect: { status: 503 }, match: { path: 'secret/**' } } })
  t.match(readControl(['--world=one', 'put', 'state', '@world.json'], {}), { address: 'http://127.0.0.1:8200/_mock/worlds/one', file: 'world.json' })
  t.equal(readControl([], {}), undefined)
  t.end()
})

t.test('the verb comes from the server\'s description', async (t) => {
  const cluster = await startCluster()
  t.teardown(cluster.close)
  const run = async (...words: string[]) => {
    let printed = ''
    const code = await control(words, { VAULT_ADDR: cluster.url }, (text) => { printed += text })
    return { code, printed }
  }
  t.match(await run('nodes', 'raft_0', 'seal'), { code: 0, printed: /"sealed":true/ })
  t.match(await run('nodes'), { code: 0, printed: /"nodes":/ })
  t.match(await run('faults', 'effect.sealed=true'), { code: 0, printed: /"id":1/ })
  t.match(await run('delete', 'faults'), { code: 0, printed: '' })
  t.match(await run('nodes', 'raft_9', 'kill'), { code: 1, printed: /there is no node/ })
  t.match(await run(), { code: 2, printed: /^Usage/ })
})
