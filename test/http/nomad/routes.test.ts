// Nomad's operator API over HTTP: the documentation's lines, then every status and text of `reference/nomad.md`.
import { setImmediate } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { createNomad, createServer } from '../../../src/index.js'
import { NomadRegion } from '../../nomad/region-of-servers.js'

const CONFIGURATION = 'GET /v1/operator/raft/configuration'
const PEER = 'DELETE /v1/operator/raft/peer'
const TRANSFER = 'PUT /v1/operator/raft/transfer-leadership'
const SERVERS = [0, 1, 2]
const UNKNOWN_UUID = '00000000-0000-0000-0000-000000000000'

/** The documentation's sample response, without its white space. */
const SAMPLE = '{"Index":1,"Servers":[{"Address":"127.0.0.1:4647","ID":"127.0.0.1:4647","Leader":true,"Node":"bacon-mac.global","RaftProtocol":2,"Voter":true}]}'

t.test('the sample request has the sample response, byte for byte but for white space', async (t) => {
  const server = createServer({ fixture: 'nomad-documented' })
  t.teardown(() => server.close())
  const answer = await server.inject({ method: 'GET', url: '/v1/operator/raft/configuration' })
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['content-type'], 'application/json')
  t.equal(answer.payload, SAMPLE)
})

t.test('the sample removal meets an address that is not there', async (t) => {
  const server = createServer({ fixture: 'nomad-documented' })
  t.teardown(() => server.close())
  const answer = await server.inject({ method: 'DELETE', url: '/v1/operator/raft/peer?address=1.2.3.4:4646' })
  t.same([answer.statusCode, answer.payload], [500, 'address "1.2.3.4:4646" was not found in the Raft configuration'])
})

t.test('a Vault node without a Nomad region has no such paths', async (t) => {
  for (const options of [{ nomad: false }, { profile: 'vault-1.14' }] as const) {
    const server = createServer(options)
    t.teardown(() => server.close())
    t.equal((await server.inject({ url: '/v1/operator/raft/configuration', headers: { 'x-vault-token': 'root' } })).statusCode, 404)
  }
})

t.test('configuration', async (t) => {
  await t.test('is the same on every server; RaftProtocol is a string', async (t) => {
    const nomad = new NomadRegion()
    for (const to of SERVERS) {
      const { status, headers, body } = await nomad.send(CONFIGURATION, { to })
      t.match({ status, headers, body }, { status: 200, headers: { 'content-type': 'application/json', vary: 'Accept-Encoding' }, body: { Index: 1 } })
      t.same(body.Servers.map((server: { Leader: boolean }) => server.Leader), [true, false, false])
      t.same(Object.keys(body.Servers[1]), ['Address', 'ID', 'Leader', 'Node', 'RaftProtocol', 'Voter'])
      t.same(body.Servers[1], { Address: '127.0.0.1:4657', ID: '127.0.0.1:4657', Leader: false, Node: 'server-1.global', RaftProtocol: '2', Voter: true })
    }
  })

  await t.test('nomad-2.0: UUIDs, raft protocol 3, index 0', async (t) => {
    const { body } = await new NomadRegion({ profile: 'nomad-2.0' }).send(CONFIGURATION)
    t.equal(body.Index, 0)
    t.equal(body.Servers[0].RaftProtocol, '3')
    t.match(body.Servers[0].ID, /^[0-9a-f]{8}-/)
  })

  await t.test('the index is that of the last change', async (t) => {
    const nomad = new NomadRegion()
    await nomad.send(`${PEER}?id=${nomad.id(2)}`)
    t.equal((await nomad.send(CONFIGURATION)).body.Index, nomad.region.raft.lastIndex)
  })

  await t.test('stale is empty or any of Go\'s booleans', async (t) => {
    const nomad = new NomadRegion()
    for (const query of ['?stale', '?stale=', '?stale=true', '?stale=1', '?stale=T', '?stale=False']) t.equal((await nomad.send(CONFIGURATION + query, { to: 1 })).status, 200, query)
    t.same(await nomad.says(`${CONFIGURATION}?stale=maybe`), [400, 'Expect `true` or `false` for `stale` query string parameter'])
  })

  await t.test('paths match by prefix, methods are few', async (t) => {
    const nomad = new NomadRegion()
    t.equal((await nomad.send(`${CONFIGURATION}xyz`)).status, 200)
    t.same(await nomad.says('PUT /v1/operator/raft/configuration'), [405, ''])
    t.same(await nomad.says('GET /v1/operator/raft/nope'), [404, 'Invalid method'])
    t.same(await nomad.says('GET /v1/operator/raft/peer'), [404, 'Invalid method'])
    t.same(await nomad.says('GET /v1/nope'), [404, ''])
    t.notOk((await nomad.send('GET /v1/nope')).headers['content-type'])
  })
})

t.test('answers are plain text or JSON, packed when asked, indented when asked', async (t) => {
  const nomad = new NomadRegion()
  const headers = { 'accept-encoding': 'gzip, deflate' }
  const packed = await nomad.send('GET /v1/status/leader', { headers })
  t.equal(packed.headers['content-encoding'], 'gzip')
  t.equal(gunzipSync(packed.bytes).toString(), '"127.0.0.1:4647"')
  const empty = await nomad.send(`${PEER}?id=${nomad.id(2)}`, { headers })
  t.same([empty.status, empty.headers['content-encoding'], gunzipSync(empty.bytes).toString()], [200, 'gzip', ''])
  t.equal((await nomad.send(`${CONFIGURATION}?stale=maybe`)).headers['content-type'], 'text/plain; charset=utf-8')
  t.equal((await nomad.send('GET /v1/regions?pretty')).text, '[\n    "global"\n]\n')
})

t.test('peer, documented', async (t) => {
  await t.test('is removed by id or by address, with an empty 200', async (t) => {
    const nomad = new NomadRegion()
    const { status, text, headers } = await nomad.send(`${PEER}?id=${nomad.id(1)}`)
    t.same([status, text, headers['content-length']], [200, '', '0'])
    t.notOk(headers['content-type'])
    t.same(nomad.votes(), ['voter', 'none', 'voter'])
    t.equal((await nomad.send(CONFIGURATION)).body.Servers.length, 2)
    const other = new NomadRegion()
    t.equal((await other.send(`${PEER}?address=127.0.0.1:4667&stale=False`)).status, 200)
    t.same(other.votes(), ['voter', 'voter', 'none'])
  })

  await t.test('both or none of id and address: 400', async (t) => {
    const nomad = new NomadRegion()
    t.same(await nomad.says(PEER), [400, 'Must specify either ?id with the server\'s ID or ?address with IP:port of peer to remove'])
    t.same(await nomad.says(`${PEER}?id=a&address=b`), [400, 'Must specify only one of ?id or ?address'])
  })

  await t.test('unknown ones: 500, from a follower as the error of a call', async (t) => {
    const nomad = new NomadRegion()
    for (const [query, text] of [['address=1.2.3.4:4646', 'address "1.2.3.4:4646"'], ['id=nope', 'id "nope"'], ['id=', 'id ""']]) {
      t.same(await nomad.says(`${PEER}?${query}`), [500, `${text} was not found in the Raft configuration`])
      const said = await nomad.says(`${PEER}?${query}`, { to: 2 })
      t.same(said, [500, `rpc error: ${text} was not found in the Raft configuration`])
    }
  })

  await t.test('stale is not looked at', async (t) => {
    t.equal((await new NomadRegion().says(`${PEER}?id=nope&stale=maybe`))[0], 500)
  })

  await t.test('the leader itself: 200, and it is back without a vote when another leads', async (t) => {
    const nomad = new NomadRegion({ time: 'manual' })
    t.same(await nomad.says(`${PEER}?id=${nomad.id(0)}`, { to: 1 }), [200, ''])
    nomad.advance(2500)
    const { body } = await nomad.send(CONFIGURATION, { to: 1 })
    t.match(body.Servers.find((server: { ID: string }) => server.ID === nomad.id(0)), { Leader: false, Voter: false })
  })

  await t.test('a removed server still answers, through the leader', async (t) => {
    const nomad = new NomadRegion()
    await nomad.send(`${PEER}?id=${nomad.id(1)}`)
    t.equal((await nomad.send(CONFIGURATION, { to: 1 })).body.Servers.length, 2)
  })

  await t.test('the last voter stays', async (t) => {
    const nomad = new NomadRegion({ servers: 1 })
    t.same(await nomad.says(`${PEER}?id=${nomad.id(0)}`), [500, 'need at least one voter in configuration: {[]}'])
  })
})

t.test('peer, nomad-2.0: by id alone', async (t) => {
  const nomad = new NomadRegion({ profile: 'nomad-2.0' })
  t.same(await nomad.says(PEER), [400, 'Must specify the peer\'s ID to remove'])
  for (const query of ['address=127.0.0.1:4657', 'address=127.0.0.1:4657&id=x']) {
    t.same(await nomad.says(`${PEER}?${query}`), [400, 'Removing a peer by address is not supported in the current raft protocol version'])
  }
  t.same(await nomad.says(`${PEER}?id=${nomad.id(1)}`, { to: 2 }), [200, ''])
})

t.test('transfer-leadership', async (t) => {
  await t.test('hands over at once, asked on any server, by id or address', async (t) => {
    const nomad = new NomadRegion({ profile: 'nomad-2.0' })
    const { status, body } = await nomad.send(`${TRANSFER}?id=${nomad.id(2)}`, { to: 1 })
    t.equal(status, 200)
    t.same(body, { Err: null, From: { Address: '127.0.0.1:4647', ID: nomad.id(0) }, Noop: false, To: { Address: '127.0.0.1:4667', ID: nomad.id(2) } })
    t.equal(nomad.leader, 2)
    t.equal((await nomad.send('POST /v1/operator/raft/transfer-leadership?address=127.0.0.1:4657')).body.Noop, false)
    t.equal(nomad.leader, 1)
    t.equal((await nomad.send(`${TRANSFER}?id=${nomad.id(1)}`)).body.Noop, true)
  })

  await t.test('to a non-voter: the old leader wins again, two terms on', async (t) => {
    const nomad = new NomadRegion({ time: 'manual' })
    nomad.region.raft.demote(nomad.id(1))
    const { term } = nomad.region.raft
    t.equal((await nomad.send(`${TRANSFER}?address=127.0.0.1:4657`)).status, 200)
    t.equal(nomad.leader, 0)
    t.equal(nomad.region.raft.term, term + 2)
  })

  await t.test('what is wrong with a request: 400, in these words on every server', async (t) => {
    const texts: Record<string, string> = {
      '': 'must specify id or address',
      '?id=a&address=b': 'must specify either id or address',
      '?id=': 'id must be non-empty',
      '?address=': 'address must be non-empty',
      '?id=a&id=b': 'must specify only one id',
      '?address=a&address=b': 'must specify only one address',
      '?address=nope': 'address must be in IP:port format: not an ip:port',
      '?id=x': 'id must be a uuid: uuid string is wrong length',
      '?id=z0000000-0000-0000-0000-000000000000': "id must be a uuid: encoding/hex: invalid byte: U+007A 'z'",
      '?address=1.2.3.4:1': 'address "1.2.3.4:1" was not found in the Raft configuration',
      [`?id=${UNKNOWN_UUID}`]: `id "${UNKNOWN_UUID}" was not found in the Raft configuration`
    }
    const nomad = new NomadRegion({ profile: 'nomad-2.0' })
    for (const [query, text] of Object.entries(texts)) {
      for (const to of [0, 1]) t.same(await nomad.says(TRANSFER + query, { to }), [400, text], query)
    }
    t.same(await nomad.says('GET /v1/operator/raft/transfer-leadership?id=x'), [405, 'Invalid method'])
  })
})

t.test('without a leader', async (t) => {
  const ASKED = [CONFIGURATION, `${PEER}?id=x`, 'GET /v1/status/leader', 'GET /v1/operator/autopilot/health', `${TRANSFER}?address=1.2.3.4:1`]

  await t.test('a killed leader is followed by another; all listeners tell of it', async (t) => {
    const nomad = new NomadRegion()
    nomad.stop(0)
    for (const to of [1, 2]) t.match((await nomad.send('GET /v1/status/leader', { to })).text, /^"127\.0\.0\.1:46[56]7"$/)
  })

  await t.test('no quorum: 500 on the server that is left, and stale answers without a leader', async (t) => {
    const nomad = new NomadRegion()
    nomad.stop(0)
    nomad.stop(1)
    for (const line of ASKED) t.same(await nomad.says(line, { to: 2 }), [500, 'No cluster leader'], line)
    const { status, body } = await nomad.send(`${CONFIGURATION}?stale`, { to: 2 })
    t.same([status, body.Servers.map((server: { Leader: boolean }) => server.Leader)], [200, [false, false, false]])
    const health = await nomad.send('GET /v1/agent/health', { to: 2 })
    t.same([health.status, health.text], [500, '{"server":{"ok":false,"message":"No cluster leader"}}'])
    t.match(health.headers['content-type'], /^text\/plain/)
    nomad.start(1)
    t.equal((await nomad.send(CONFIGURATION, { to: 2 })).status, 200)
  })

  await t.test('a request waits 5 s of the timeline', async (t) => {
    const nomad = new NomadRegion()
    nomad.stop(1)
    nomad.stop(2)
    nomad.world.timeline.settle()
    const before = nomad.world.timeline.nowMs
    await nomad.send(CONFIGURATION)
    const waitedMs = nomad.world.timeline.nowMs - before
    t.ok(waitedMs >= 5000 && waitedMs < 6000, String(waitedMs))
  })

  await t.test('live: it waits by the scaled clock, and goes on when there is a leader', async (t) => {
    const nomad = new NomadRegion({ time: 'live' })
    nomad.world.timeline.setMode('live', { scale: 100 })
    nomad.stop(0)
    t.equal((await nomad.send(CONFIGURATION, { to: 1 })).status, 200)
    nomad.stop(nomad.leader)
    const [left = 0] = SERVERS.filter((i) => nomad.region.servers[i]?.process === 'running')
    t.same(await nomad.says(CONFIGURATION, { to: left }), [500, 'No cluster leader'])
  })

  await t.test('manual: no time passes, so it is answered at once', async (t) => {
    const nomad = new NomadRegion({ time: 'manual' })
    nomad.stop(0)
    t.same(await nomad.says(CONFIGURATION, { to: 1 }), [500, 'No cluster leader'])
    nomad.advance(2500)
    t.equal((await nomad.send(CONFIGURATION, { to: 1 })).status, 200)
  })
})

t.test('a region that there is not', async (t) => {
  const nomad = new NomadRegion()
  for (const line of [CONFIGURATION, 'GET /v1/status/leader']) t.same(await nomad.says(`${line}?region=nowhere`), [500, 'No path to region'])
  t.equal((await nomad.send(`${CONFIGURATION}?region=global`)).status, 200)
})

t.test('over sockets: kill the leader, lose quorum, heal, remove, transfer, on every listener', async (t) => {
  const nomad = await createNomad({ servers: 3, seed: 1 })
  t.teardown(nomad.close)
  const call = async (i: number, line: string): Promise<[number, string]> => {
    const [method = '', path = ''] = line.split(' ')
    const answer = await fetch(`${nomad.servers[i]?.url}${path}`, { method })
    return [answer.status, await answer.text()]
  }
  const process = (i: number, state: 'running' | 'stopped'): void => { (nomad.servers[i] as (typeof nomad.servers)[number]).server.process = state }
  const leader = (): number => nomad.servers.findIndex((server) => server === nomad.leader)
  for (const i of SERVERS) t.same(await call(i, 'GET /v1/status/leader'), [200, `"${nomad.servers[0]?.id}"`])

  process(0, 'stopped')
  await t.rejects(call(0, CONFIGURATION))
  for (const i of [1, 2]) t.match(await call(i, 'GET /v1/status/leader'), [200, new RegExp(`"${nomad.leader?.id}"`)])

  process(2, 'stopped')
  t.same(await call(1, CONFIGURATION), [500, 'No cluster leader'])
  t.equal((await call(1, `${CONFIGURATION}?stale`))[0], 200)

  process(0, 'running')
  process(2, 'running')
  const isBack = async (i: number): Promise<boolean> => (await call(i, CONFIGURATION).catch(() => [0]))[0] === 200
  await t.resolves(until(async () => await isBack(0) && await isBack(2)))
  t.equal((await call(1, CONFIGURATION))[0], 200)

  for (const i of SERVERS) {
    t.equal((await call(i, `${TRANSFER}?address=${nomad.servers[i]?.id}`))[0], 200)
    t.equal(leader(), i)
    const peer = encodeURIComponent(nomad.servers[(i + 1) % 3]?.id ?? '')
    t.same(await call((i + 2) % 3, `${PEER}?id=${peer}`), [200, ''])
    t.match(await call((i + 2) % 3, `${PEER}?id=${peer}`), [500, /^rpc error: id ".*" was not found/])
    nomad.world.timeline.advance(90_000)
  }
})

/** Listeners open and close in their own time. */
async function until (condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return
    await setImmediate()
  }
  throw new Error('it never became true')
}
