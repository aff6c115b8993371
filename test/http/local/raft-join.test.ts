// sys/storage/raft/join and sys/storage/raft/bootstrap
import t, { type Test } from 'tap'
import { createWorld, openWorld } from '../../../src/index.js'
import { vault } from '../../vault-server.js'

const JOIN = 'sys/storage/raft/join'
const BOOTSTRAP = 'sys/storage/raft/bootstrap'
const FRESH = { fixture: 'uninitialized', profile: 'vault-1.14' } as const
const NO_CHALLENGE = '500 failed to join raft cluster: failed to get raft challenge'
const NOBODY = 'http://127.0.0.1:1'

interface Joining {
  /** where the first node is, which is initialised and open */
  readonly leaderUrl: string
  readonly key: string
  /** a request to the second node, which is fresh */
  readonly fresh: (method: string, path: string, body?: object) => Promise<{ status: number, body: any }>
  readonly first: Joining['fresh']
}

/** Two nodes with listeners. */
async function openTwo (t: Test): Promise<Joining> {
  const { nodes, close } = await openWorld({ nodes: 2, fixture: 'uninitialized', profile: 'vault-1.14' })
  t.teardown(close)
  let token = ''
  const caller = (url = ''): Joining['fresh'] => async (method, path, body) => {
    const payload = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${url}/v1/${path}`, { method, headers: { 'x-vault-token': token }, ...payload })
    return { status: answer.status, body: await answer.json() }
  }
  const [first, fresh] = [caller(nodes[0]?.url), caller(nodes[1]?.url)]
  const { body } = await first('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  token = body.root_token
  await first('PUT', 'sys/unseal', { key: body.keys[0] })
  return { leaderUrl: nodes[0]?.url ?? '', key: body.keys[0], fresh, first }
}

t.test('POST join makes a fresh node a sealed member-to-be, and unsealing it a voter', async (t) => {
  const { leaderUrl, key, fresh, first } = await openTwo(t)
  const join = { leader_api_addr: leaderUrl }
  t.same(await fresh('POST', JOIN, join), { status: 200, body: { joined: true } })
  t.match(await fresh('GET', 'sys/seal-status'), { body: { initialized: true, sealed: true, t: 1, n: 1 } })
  t.same((await fresh('POST', JOIN, join)).body, { joined: true }, 'once more, while it waits')
  const servers = async (): Promise<any> => (await first('GET', 'sys/storage/raft/configuration')).body.data.config.servers
  t.equal((await servers()).length, 1)
  await fresh('PUT', 'sys/unseal', { key })
  t.match(await fresh('GET', 'sys/health'), { status: 429 })
  t.match(await servers(), [{ node_id: 'raft_0', voter: true }, { node_id: 'raft_1', voter: true }])
})

t.test('POST join with "non_voter" gives a member that never votes', async (t) => {
  const { leaderUrl, key, fresh, first } = await openTwo(t)
  await fresh('POST', JOIN, { leader_api_addr: leaderUrl, non_voter: true })
  await fresh('PUT', 'sys/unseal', { key })
  await fresh('GET', 'sys/health')
  const { body } = await first('GET', 'sys/storage/raft/configuration')
  t.match(body.data.config.servers[1], { node_id: 'raft_1', voter: false })
})

t.test('POST join with "retry" answers at once, joined or not', async (t) => {
  t.same((await vault(t, FRESH).send('POST', JOIN, { leader_api_addr: NOBODY, retry: true })).body, { joined: false })
})

t.test('POST join of an initialised node has nothing to do', async (t) => {
  const { send } = vault(t, { fixture: 'sealed' })
  t.same((await send('POST', JOIN, { leader_api_addr: NOBODY })).body, { joined: true })
  t.same((await send('POST', JOIN, { leader_api_addr: NOBODY, retry: true })).body, { joined: true })
})

const UNMARSHALLED = 'json: cannot unmarshal string into Go struct field JoinRequest.retry of type bool'
/** Recorded of Vault 1.14: one text for whatever keeps the challenge away. */
const REFUSED: readonly (readonly [unknown, string])[] = [
  [undefined, NO_CHALLENGE],
  [{}, NO_CHALLENGE],
  [{ leader_api_addr: NOBODY }, NO_CHALLENGE],
  [{ leader_api_addr: NOBODY, auto_join: 'provider=aws' }, NO_CHALLENGE],
  [{ leader_api_addr: 'https://127.0.0.1:1', leader_ca_cert: 'nonsense' }, NO_CHALLENGE],
  [{ auto_join: 'provider=aws', auto_join_scheme: 'ftp' }, '400 invalid scheme "ftp"; must either be http or https'],
  ['{"leader_api_addr":', '400 failed to parse JSON input: unexpected EOF'],
  ['leader_api_addr=x', "400 failed to parse JSON input: invalid character 'l' looking for beginning of value"],
  [{ leader_api_addr: NOBODY, retry: 'yes' }, `400 failed to parse JSON input: ${UNMARSHALLED}`]
]
for (const [body, text] of REFUSED) {
  t.test(`POST join of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    t.equal(await vault(t, FRESH).verdict('POST', JOIN, body), text)
  })
}

t.test('POST join of what is no JSON is refused by the limiter of OpenBao', async (t) => {
  const { verdict } = vault(t, { fixture: 'uninitialized', profile: 'openbao-2.5' })
  t.equal(
    await verdict('POST', JOIN, 'leader_api_addr=x'),
    "400 failed to limit JSON input: invalid character 'l' looking for beginning of value"
  )
})

t.test('POST join as a non-voter is refused by the community edition', async (t) => {
  const { verdict } = vault(t, { ...FRESH, edition: 'ce' })
  t.equal(
    await verdict('POST', JOIN, { leader_api_addr: NOBODY, non_voter: true }), '400 non-voting nodes not allowed'
  )
})

t.test('PUT join is the same, GET no verb of it', async (t) => {
  const { verdict } = vault(t, FRESH)
  t.equal(await verdict('PUT', JOIN, { leader_api_addr: NOBODY }), NO_CHALLENGE)
  t.equal(await verdict('GET', JOIN), '405')
})

t.test('POST join where the storage is shared wants an open node and no address', async (t) => {
  const sealed = vault(t, { raft: 'ha_storage', fixture: 'sealed' })
  t.equal(await sealed.verdict('POST', JOIN, {}), '500 node must be unsealed before joining')
  const text = 'leader API address and auto-join metadata must be unset when raft is used exclusively for HA'
  t.equal(await vault(t, { raft: 'ha_storage' }).verdict('POST', JOIN, { leader_api_addr: NOBODY }), `500 ${text}`)
})

t.test('POST bootstrap of a sealed node answers twice in one body', async (t) => {
  const { status, text } = await vault(t, FRESH).send('POST', BOOTSTRAP)
  t.equal(status, 400)
  t.equal(text, [
    '{"errors":["node must be unsealed to bootstrap"]}\n',
    '{"errors":["could not generate TLS keyring during bootstrap: Vault is sealed"]}\n'
  ].join(''))
})

const HAS_STATE = '500 could not bootstrap clustered storage: error bootstrapping cluster: cluster already has state'

t.test('POST bootstrap where raft is the storage is refused: init has done it', async (t) => {
  t.equal(await vault(t).verdict('POST', BOOTSTRAP), HAS_STATE)
})

t.test('POST bootstrap where raft only elects makes the node active, once, without a token or a word', async (t) => {
  const { send, verdict } = vault(t, { raft: 'ha_storage', fixture: 'uninitialized' })
  const { body } = await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  await send('PUT', 'sys/unseal', { key: body.keys[0] })
  t.match(await send('POST', BOOTSTRAP), { status: 200, text: '' })
  t.equal(await verdict('GET', 'sys/health'), '200')
  t.equal(await verdict('POST', BOOTSTRAP), HAS_STATE)
})

t.test('GET bootstrap is a 400, not a 405', async (t) => {
  t.equal(await vault(t).verdict('GET', BOOTSTRAP), '400')
})

t.test('a fresh node does not take the place of one with its id', async (t) => {
  const { world, controls, east, west, close } = await createWorld({ clusters: { east: {}, west: {} }, nomad: false })
  t.teardown(close)
  controls.nodes.wipe('west/raft_0')
  const [leader] = east.cluster.nodes.values()
  const answer = await west.inject({ method: 'POST', url: `/v1/${JOIN}`, payload: { leader_api_addr: leader?.apiAddr } })
  t.same([answer.statusCode, answer.json().errors], [500, [NO_CHALLENGE.slice(4)]])
  t.equal(east.cluster.activeNode, leader)
  t.equal(world.node('west', 'raft_0')?.initialized, false)
})
