// Nomad: the scheduler's settings and the keyring.
import t from 'tap'
import { NomadRegion } from '../../nomad/region-of-servers.js'
import { client, guarded } from './guarded.js'

const SCHEDULER = '/v1/operator/scheduler/configuration'
const KEYS = 'GET /v1/operator/keyring/keys'

t.test('the scheduler has its defaults', async (t) => {
  const { text, headers } = await new NomadRegion().send(`GET ${SCHEDULER}`)
  t.equal(text, '{"Index":5,"KnownLeader":true,"LastContact":0,"NextToken":"","SchedulerConfig":{"CreateIndex":5,"MemoryOversubscriptionEnabled":false,"ModifyIndex":5,"PauseEvalBroker":false,"PreemptionConfig":{"BatchSchedulerEnabled":false,"ServiceSchedulerEnabled":false,"SysBatchSchedulerEnabled":false,"SystemSchedulerEnabled":true},"RejectJobRegistration":false,"SchedulerAlgorithm":"binpack"}}')
  t.equal(headers['x-nomad-index'], '5')
})

t.test('a PUT replaces all of it', async (t) => {
  const nomad = new NomadRegion()
  const { body } = await nomad.send(`PUT ${SCHEDULER}`, { to: 1, body: { SchedulerAlgorithm: 'spread', preemptionconfig: { BatchSchedulerEnabled: true } } })
  t.same(body, { Updated: true, Index: 8 })
  t.match((await nomad.send(`GET ${SCHEDULER}`)).body.SchedulerConfig, {
    SchedulerAlgorithm: 'spread', CreateIndex: 5, ModifyIndex: 8, PreemptionConfig: { BatchSchedulerEnabled: true, SystemSchedulerEnabled: false }
  })
})

t.test('with cas it says whether it was written', async (t) => {
  const nomad = new NomadRegion()
  t.equal((await nomad.send(`PUT ${SCHEDULER}?cas=1`, { body: {} })).body.Updated, false)
  t.equal((await nomad.send(`PUT ${SCHEDULER}?cas=5`, { body: {} })).body.Updated, true)
})

t.test('what is wrong with a PUT', async (t) => {
  const nomad = new NomadRegion()
  t.same(await nomad.says(`PUT ${SCHEDULER}`), [400, 'Error parsing scheduler config: Request body is empty'])
  t.same(await nomad.says(`PUT ${SCHEDULER}`, { body: { SchedulerAlgorithm: 'best' } }), [400, 'invalid scheduler algorithm: best'])
  t.same(await nomad.says(`PUT ${SCHEDULER}?cas=x`, { body: {} }), [400, 'Error parsing cas value: strconv.ParseUint: parsing "x": invalid syntax'])
})

t.test('operator rules open it', async (t) => {
  const { nomad, secret } = await guarded()
  t.same(await nomad.says(`GET ${SCHEDULER}`), [403, 'Permission denied'])
  t.same(await nomad.says(KEYS), [403, 'Permission denied'])
  nomad.token = await client(nomad, secret, 'operator { policy = "read" }')
  t.equal((await nomad.send(`GET ${SCHEDULER}`)).status, 200)
  t.equal((await nomad.send(KEYS)).status, 200)
  t.same(await nomad.says(`PUT ${SCHEDULER}`, { body: {} }), [403, 'Permission denied'])
})

t.test('the keyring has the key that signs', async (t) => {
  const nomad = new NomadRegion()
  const { body: [key, ...others], text } = await nomad.send(KEYS)
  t.same(others, [])
  t.match(key, { Algorithm: 'aes256-gcm', CreateIndex: 7, State: 'active' })
  t.equal(key.KeyID, (await nomad.send('GET /.well-known/jwks.json')).body.keys[0].kid)
  t.match(text, /"CreateTime":1795227130\d{9},/, 'nanoseconds, to the last')
  t.same(await nomad.says('GET /v1/operator/keyring/nonsense'), [404, 'Invalid method'])
})
