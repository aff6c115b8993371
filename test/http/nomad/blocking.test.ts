// Nomad's blocking queries: a read waits for something newer than its client knows.
import t from 'tap'
import { createNomad } from '../../../src/index.js'
import { NomadRegion } from '../../nomad/region-of-servers.js'

t.test('it is answered when an entry changes what it reads', async (t) => {
  const nomad = new NomadRegion({ acl: true, time: 'manual' })
  nomad.token = (await nomad.send('POST /v1/acl/bootstrap')).body.SecretID
  const waiting = nomad.send('GET /v1/acl/tokens?index=8')
  nomad.region.append()
  await nomad.send('PUT /v1/acl/token', { body: { Type: 'management' } })
  const { body, headers } = await waiting
  t.equal(body.length, 2)
  t.equal(headers['x-nomad-index'], '10')
})

t.test('it is answered when its time is up, which passes as the timeline says', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  let answered = false
  const waiting = nomad.send('GET /v1/jobs?index=1&wait=60s').then((reply) => { answered = true; return reply })
  await nomad.send('GET /v1/jobs')
  nomad.advance(59_000)
  await nomad.send('GET /v1/jobs')
  t.notOk(answered)
  nomad.advance(1000)
  t.equal((await waiting).text, '[]')
})

t.test('what is known to be old is answered at once', async (t) => {
  const nomad = new NomadRegion({ time: 'manual' })
  t.equal((await nomad.send('GET /v1/operator/scheduler/configuration?index=4')).status, 200)
  t.equal((await nomad.send('GET /v1/jobs?index=0&wait=10m')).status, 200)
  t.same(await nomad.says('GET /v1/jobs?index=x'), [400, 'Invalid index'])
  t.same(await nomad.says('GET /v1/jobs?wait=soon'), [400, 'Invalid wait time'])
})

t.test('it ends when the client leaves, and when the server closes', async (t) => {
  const nomad = await createNomad({ servers: 1, time: 'manual' })
  const url = `${nomad.servers[0]?.url}/v1/jobs?index=1&wait=10m`
  const leaving = new AbortController()
  const left = fetch(url, { signal: leaving.signal })
  const stayed = fetch(url)
  leaving.abort()
  await t.rejects(left)
  await nomad.close()
  await t.rejects(stayed)
})
