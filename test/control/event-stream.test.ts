// GET /_mock/events/stream: what happens, as it happens.
import { request, type IncomingMessage } from 'node:http'
import t, { type Test } from 'tap'
import { startCluster, type TestCluster } from '../../src/testing.js'

interface Stream {
  /** resolves with the text so far once it has what is awaited */
  readonly until: (pattern: RegExp) => Promise<string>
  readonly ended: Promise<void>
  readonly response: IncomingMessage
  readonly leave: () => void
}

async function open (url: string, query = '', headers: Record<string, string> = {}): Promise<Stream> {
  return await new Promise((resolve, reject) => {
    const asking = request(`${url}/_mock/events/stream${query}`, { headers }, (response) => {
      let text = ''
      const looks = new Set<() => void>()
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
        for (const look of looks) look()
      })
      resolve({
        response,
        ended: new Promise((resolve) => { response.once('close', resolve) }),
        leave: () => { asking.destroy() },
        until: async (pattern) => await new Promise((resolve) => {
          const look = (): void => { if (pattern.test(text)) resolve(text) }
          looks.add(look)
          look()
        })
      })
    })
    asking.on('error', reject).end()
  })
}

async function clusterFor (t: Test): Promise<TestCluster> {
  const cluster = await startCluster({ nodes: 3, time: 'manual' })
  t.teardown(cluster.close)
  return cluster
}

t.test('events as they happen, with their numbers', async (t) => {
  const { url, controls } = await clusterFor(t)
  const stream = await open(url)
  t.equal(stream.response.headers['content-type'], 'text/event-stream; charset=utf-8')
  await stream.until(/event: hello/)
  controls.nodes.kill('raft_2')
  t.match(await stream.until(/killed/), /id: \d+\nevent: event\ndata: {"number":\d+,"atMs":\d+,"kind":"killed","cluster":"vault","node":"raft_2"}\n\n/)
  stream.leave()
})

t.test('from a number on, and only those that are asked for', async (t) => {
  const { url, controls } = await clusterFor(t)
  controls.nodes.kill('raft_1')
  controls.nodes.kill('raft_2')
  controls.links.heal()
  t.notMatch(await (await open(url, '?after=0&node=raft_2')).until(/killed/), /raft_1|healed/)
  t.match(await (await open(url, '', { 'last-event-id': '0' })).until(/healed/), /"killed".*raft_1/)
})

t.test('requests, without secrets', async (t) => {
  const { url } = await clusterFor(t)
  const stream = await open(url, '?requests=true')
  await stream.until(/hello/)
  await fetch(`${url}/v1/secret/data/a`, { method: 'POST', headers: { 'X-Vault-Token': 'root' }, body: '{"data":{"pass":"hush"}}' })
  const text = await stream.until(/event: request/)
  t.match(text, /"method":"POST","url":"\/v1\/secret\/data\/a","status":200/)
  t.match(text, /"token":"\*{3}[0-9a-f]{6}"/)
  t.notMatch(text, /hush|"root"/)
  stream.leave()
})

t.test('nothing is kept for who has left', async (t) => {
  const { url, controls } = await clusterFor(t)
  const before = controls.events.listeners.size
  const stream = await open(url, '?requests=true')
  await stream.until(/hello/)
  t.equal(controls.events.listeners.size, before + 1)
  stream.leave()
  while (controls.events.listeners.size > before) await new Promise((resolve) => { setImmediate(resolve) })
  t.equal(controls.journal.listeners.size, 0)
})

t.test('it ends with its server, which does not wait for it', async () => {
  const cluster = await startCluster()
  const stream = await open(cluster.url)
  await stream.until(/hello/)
  cluster.controls.end()
  await stream.ended
  await cluster.close()
})

t.test('a reader that is too slow is told how much it missed', async (t) => {
  const { url, controls } = await clusterFor(t)
  const stream = await open(url)
  await stream.until(/hello/)
  stream.response.pause()
  for (let i = 0; i < 40_000; i++) controls.events.add('link-delayed', { detail: 'x'.repeat(200) })
  stream.response.resume()
  const text = await stream.until(/event: dropped/)
  const [, count] = /event: dropped\ndata: {"count":(\d+)}/.exec(await stream.until(/"count":\d+}/)) ?? []
  t.ok(Number(count) > 10_000, `${count} were left out`)
  t.ok(text.length < 20_000_000)
  stream.leave()
})
