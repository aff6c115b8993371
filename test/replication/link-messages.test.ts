// The path between processes: who is let in, and what is said to a message that is none.
import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { pem } from '../../src/cluster/x509.js'
import { send } from '../../src/http/outbound.js'
import { clientKeyIn } from '../../src/replication/link-certificates.js'
import { primaryRecord } from '../../src/replication/records.js'
import { readFollowAnswer } from '../../src/replication/messages.js'
import { activationToken, call, openTestWorld } from './replicated.js'

const PATH = '/vault-mock/replication/follow'

/** Sends what a secondary with the id `west` would, signed with its secret. */
async function west (t: Test) {
  const { east } = await openTestWorld(t, { clusters: { east: { nodes: 1 } } })
  await call(east, 'POST', 'sys/replication/dr/primary/enable', {})
  const token = await activationToken(east, 'dr', 'west')
  const { ca_cert: ca, client_cert: cert, client_key: key } = (await call(east, 'POST', 'sys/wrapping/unwrap', { token })).json.data
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${clientKeyIn(key)}\n-----END PRIVATE KEY-----\n`
  const asMember = { certPem: pem(Buffer.from(cert, 'base64')), keyPem }
  const record = primaryRecord(east.cluster, 'dr')
  const secret = Buffer.from(record?.secondaries.west?.secret ?? '', 'hex')
  return async (payload: string, secondary = `dr/${record?.clusterId}/west`): Promise<[number, string]> => {
    const signature = createHmac('sha256', secret).update('follow\n').update(payload).digest('hex')
    const { status, body } = await send({
      url: `https://${east.leader?.clusterAddr}${PATH}`,
      method: 'POST',
      headers: { 'x-vault-mock-secondary': secondary, 'x-vault-mock-signature': signature },
      body: payload,
      timeoutMs: 5000,
      caPem: pem(Buffer.from(ca, 'base64')),
      asMember
    })
    return [status, body.toString().trimEnd()]
  }
}

const FOLLOW = { kind: 'dr', clusterId: 'c', secondaryId: 'west', epoch: '', position: 0, sealTag: '' }

t.test('a message that is none is told so', async (t) => {
  const send = await west(t)
  t.same(await send('{"a"'), [400, '{"malformed":"unexpected EOF"}'])
  t.same(await send('[]'), [400, '{"malformed":"not an object"}'])
  t.same(await send(JSON.stringify({ ...FOLLOW, address: 'http://a' })),
    [400, '{"malformed":"/address: expected object, found \\"http://a\\""}'])
})

t.test('a name that cannot be read is nobody’s', async (t) => {
  const send = await west(t)
  t.same(await send('{}', 'dr/%E0%A4%A/west'), [403, '{"refused":"unknown-secondary"}'])
})

t.test('an answer that is none is not applied', async (t) => {
  t.throws(() => readFollowAnswer({ everything: true, changes: [['a', 'withheld', null]] }), { name: 'MalformedMessage' })
  t.throws(() => readFollowAnswer('no'), { message: /^the message: expected object/ })
})
