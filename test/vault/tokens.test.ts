// How tokens live and end: ids, families, uses, times, batch tokens.
import t from 'tap'
import { activationToken, call, drOperationToken, openTestWorld } from '../replication/replicated.js'
import { NEW_YEAR, NO_TOKEN, vault, type Vault } from '../vault-server.js'

const HOUR_TOKEN = { policies: ['default'], ttl: '1h' }
const HOUR_MS = 3600_000
const BATCH = { ...HOUR_TOKEN, type: 'batch' }

async function create ({ send }: Vault, body: object = HOUR_TOKEN, parent = 'root'): Promise<any> {
  const { auth } = (await send('POST', 'auth/token/create', body, { 'x-vault-token': parent })).body
  return auth
}

/** Whether each of the tokens works. */
async function living ({ send }: Vault, ids: readonly string[]): Promise<boolean[]> {
  const answers = ids.map(async (id) => await send('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': id }))
  return (await Promise.all(answers)).map(({ status }) => status === 200)
}

async function stateOf ({ server }: Vault): Promise<string> {
  return (await server.inject('/_mock/state')).payload
}

t.test('a root token has 28 characters, any other service token 95', async (t) => {
  const { send } = vault(t, { fixture: 'uninitialized' })
  const { body } = await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  t.match(body.root_token, /^hvs\.[0-9A-Za-z]{24}$/)
  t.match((await create(vault(t))).client_token, /^hvs\.CAES[\w-]{87}$/)
})

t.test("OpenBao's tokens are plain", async (t) => {
  const { send } = vault(t, { fixture: 'uninitialized', profile: 'openbao-2.5' })
  const { body } = await send('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  t.match(body.root_token, /^s\.\w{24}$/)
  t.match((await create(vault(t, { profile: 'openbao-2.5' }))).client_token, /^s\.\w{24}$/)
})

t.test('revoking a token takes its descendants along and nobody else', async (t) => {
  const server = vault(t)
  const family = { policies: ['root'] }
  const { client_token: parent } = await create(server, { ...family, id: 'a/b' })
  const { client_token: child } = await create(server, family, parent)
  const { client_token: grandchild } = await create(server, family, child)
  const { client_token: namesake } = await create(server, { ...family, id: 'a' })
  const { client_token: ofNamesake } = await create(server, family, namesake)
  await server.send('POST', 'auth/token/revoke', { token: parent })
  t.same(
    await living(server, [parent, child, grandchild, namesake, ofNamesake]), [false, false, false, true, true]
  )
})

t.test('a revoked family leaves nothing behind', async (t) => {
  const server = vault(t, NEW_YEAR)
  const parent = await create(server, { policies: ['root'], ttl: '1h' })
  const child = await create(server, { ...HOUR_TOKEN, num_uses: 3 }, parent.client_token)
  await server.send('POST', 'cubbyhole/x', { a: 1 }, { 'x-vault-token': child.client_token })
  await server.send('POST', 'auth/token/revoke', { token: parent.client_token })
  await server.server.inject({ method: 'DELETE', url: '/_mock/journal' })
  const state = await stateOf(server)
  for (const { client_token: id, accessor } of [parent, child]) {
    t.notOk(state.includes(id))
    t.notOk(state.includes(accessor))
  }
})

t.test('revoking a token alone orphans its children', async (t) => {
  const server = vault(t)
  const { client_token: parent } = await create(server, { policies: ['root'] })
  const { client_token: child } = await create(server, HOUR_TOKEN, parent)
  t.equal(await server.verdict('POST', 'auth/token/revoke-orphan', { token: parent }), '204')
  t.same(await living(server, [parent, child]), [false, true])
  t.match(await server.data('POST', 'auth/token/lookup', { token: child }), { orphan: true })
})

t.test('a token of two uses is gone after the second', async (t) => {
  const server = vault(t)
  const { client_token: token } = await create(server, { ...HOUR_TOKEN, num_uses: 2 })
  t.match(await server.data('POST', 'auth/token/lookup', { token }), { num_uses: 2 }, 'looked up by another')
  t.same([...await living(server, [token]), ...await living(server, [token]), ...await living(server, [token])], [
    true, true, false
  ])
  t.equal(await server.verdict('POST', 'auth/token/lookup', { token }), '403 bad token')
})

t.test('a token ends to the millisecond, and its child with it', async (t) => {
  const server = vault(t, NEW_YEAR)
  const { client_token: parent } = await create(server, { policies: ['root'], ttl: '768h' })
  const { client_token: child } = await create(server, { policies: ['default'], ttl: '768h' }, parent)
  server.advance(768 * HOUR_MS - 1)
  t.same(await living(server, [parent, child]), [true, true])
  server.advance(1)
  t.same(await living(server, [parent, child]), [false, false])
  t.same(server.server.world.timeline.pending(), [])
})

t.test('only the earliest deadline is on the timeline', async (t) => {
  const server = vault(t, NEW_YEAR)
  for (const ttl of [300, 100, 200]) await create(server, { policies: ['default'], ttl })
  const pending = server.server.world.timeline.pending().filter(({ kind }) => kind === 'vault.expiry')
  t.same(pending.map(({ atMs }) => atMs), [NEW_YEAR.startAtMs + 100_000])
})

t.test('a batch token is stored nowhere', async (t) => {
  const server = vault(t)
  const count = async (): Promise<unknown> => await server.data('GET', 'sys/internal/counters/tokens')
  const before = await count()
  const { client_token: token } = await create(server, { ...BATCH, meta: { who: 'me' } })
  t.match(token, /^hvb\.AAAAAQ/)
  t.same(await count(), before)
  t.match(await server.data('POST', 'auth/token/lookup', { token }), { type: 'batch', meta: { who: 'me' } })
})

t.test('a batch token of another cluster, or a damaged one, is none', async (t) => {
  const [one, other] = [vault(t, { seed: 1 }), vault(t, { seed: 2 })]
  const { client_token: token } = await create(one, BATCH)
  t.same(await living(one, [token, `${token.slice(0, -3)}xyz`, 'hvb.']), [true, false, false])
  t.same(await living(other, [token]), [false])
})

t.test('a batch token ends with its time, or with its parent', async (t) => {
  const server = vault(t, NEW_YEAR)
  const { client_token: parent } = await create(server, { policies: ['root'], ttl: '24h' })
  const { client_token: child } = await create(server, BATCH, parent)
  const { client_token: lasting } = await create(server, { ...BATCH, no_parent: true })
  await server.send('POST', 'auth/token/revoke', { token: parent })
  t.same(await living(server, [child, lasting]), [false, true])
  server.advance(HOUR_MS)
  t.same(await living(server, [lasting]), [false])
})

t.test('a DR secondary that takes over knows batch tokens it never saw, and no token whose time is over', async (t) => {
  const world = await openTestWorld(t, { clusters: { east: {}, west: {} }, ...NEW_YEAR })
  const { east, west } = world
  await call(east, 'POST', 'sys/replication/dr/primary/enable', {})
  const token = await activationToken(east, 'dr', 'west')
  await call(west, 'POST', 'sys/replication/dr/secondary/enable', { token })
  const createdAtEast = async (body: object): Promise<string> =>
    (await call(east, 'POST', 'auth/token/create', body)).json.auth.client_token
  const [brief, long] = [await createdAtEast(HOUR_TOKEN), await createdAtEast({ ...HOUR_TOKEN, ttl: '9h' })]
  world.cut(east, west)
  const batch = await createdAtEast({ ...BATCH, ttl: '9h', no_parent: true })
  world.world.timeline.advance(2 * HOUR_MS)
  const operationToken = await drOperationToken(west, east.unsealKeys[0] ?? '')
  const promotion = { dr_operation_token: operationToken }
  t.equal((await call(west, 'POST', 'sys/replication/dr/secondary/promote', promotion)).status, 200)
  const statuses = [brief, long, batch].map(async (id) =>
    (await call(west, 'GET', 'auth/token/lookup-self', undefined, { token: id })).status)
  t.same(await Promise.all(statuses), [403, 200, 200])
})

t.test('a request without a token, or with an unknown one, is denied', async (t) => {
  const { verdict } = vault(t, { profile: 'vault-1.14' })
  t.equal(await verdict('GET', 'auth/token/lookup-self', undefined, NO_TOKEN), '403 permission denied')
  t.equal(await verdict('GET', 'auth/token/lookup-self', undefined, { 'x-vault-token': 'nope' }), '403 permission denied')
})
