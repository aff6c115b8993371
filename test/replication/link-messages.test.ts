// The path between processes: who is let in, and what is said to a message that is none.
import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { primaryRecord } from '../../src/replication/records.js'
import { readFollowAnswer } from '../../src/replication/messages.js'
import { activationToken, call, openTestWorld } from './replicated.js'

const PATH = '/vault-mock/replication/follow'

/** Sends what a secondary with the id `west` would, signed with its secret. */
async function west (t: Test) {
  const { east } = await openTestWorld(t, { clusters: { east: { nodes: 1 } } })
  await call(east, 'POST', 'sys/replication/dr/primary/enable', {})
  await activationToken(east, 'dr', 'west')
  const record = primaryRecord(east.cluster, 'dr')
  const secret = Buffer.from(record?.secondaries.west?.secret ?? '', 'hex')
  return async (payload: string, secondary = `dr/${record?.clusterId}/west`): Promise<[number, string]> => {
    const signature = createHmac('sha256', secret).update('follow\n').update(payload).digest('hex')
    const headers = { 'x-vault-mock-secondary': secondary, 'x-vault-mock-signature': signature }
    const { statusCode, body } = await east.inject({ method: 'POST', url: PATH, headers, payload })
    return [statusCode, body.trimEnd()]
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
