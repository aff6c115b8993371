import t from 'tap'
import { lookupToken, tokenByAccessor, tokenById, useToken, createRootToken, REVOCATION_PENDING } from '../../src/vault/tokens/tokens.js'
import { revokeIfSpent, revokeOrphan, revokeToken } from '../../src/vault/tokens/token-revocation.js'
import { TokenWorld } from './token-world.js'

t.test('a root token has 28 characters, any other service token 95', async (t) => {
  const world = new TokenWorld()
  t.match(world.root.id, /^hvs\.[0-9A-Za-z]{24}$/)
  t.match(world.token().id, /^hvs\.CAES[\w-]{87}$/)
})

t.test("OpenBao's tokens are plain", async (t) => {
  const world = new TokenWorld('openbao-2.5')
  t.match([world.root.id, world.token().id], [/^s\.\w{24}$/, /^s\.\w{24}$/])
})

t.test("dev mode's root token looks as if it had been created", async (t) => {
  const world = new TokenWorld()
  t.match(world.root, { displayName: 'root', path: 'auth/token/root', orphan: true, renewable: false, expiresAtMs: 0 })
  t.match(createRootToken(world, { id: 'root', dev: true }), { id: 'root', displayName: 'token', path: 'auth/token/create' })
})

t.test('a token is found by id and by accessor', async (t) => {
  const world = new TokenWorld()
  const entry = world.token()
  t.same(tokenById(world.storage, entry.id), entry)
  t.same(tokenByAccessor(world.storage, entry.accessor), entry)
})

t.test('two tokens cannot share an id', async (t) => {
  const world = new TokenWorld()
  world.token({ id: 'mine' })
  t.throws(() => world.token({ id: 'mine' }), { kind: 'invalid', message: 'cannot create a token with a duplicate ID' })
})

t.test('revoking a token takes its descendants along and nobody else', async (t) => {
  const world = new TokenWorld()
  const parent = world.token({ id: 'a/b' })
  const child = world.token({ parent: parent.id })
  const grandchild = world.token({ parent: child.id })
  const namesake = world.token({ parent: world.token({ id: 'a' }).id })
  revokeToken(world, parent.id)
  t.same([parent, child, grandchild, namesake].map(({ id }) => tokenById(world.storage, id) !== undefined), [false, false, false, true])
})

t.test('a revoked tree leaves nothing behind', async (t) => {
  const world = new TokenWorld()
  const before = [...world.storage.paths('local/')]
  const parent = world.token()
  world.token({ parent: parent.id, numUses: 3 })
  revokeToken(world, parent.id)
  t.same([...world.storage.paths('local/')], before)
})

t.test('revoking a token alone orphans its children', async (t) => {
  const world = new TokenWorld()
  const parent = world.token()
  const child = world.token({ parent: parent.id })
  revokeOrphan(world, parent)
  t.match(tokenById(world.storage, child.id), { parent: '', orphan: true })
  t.equal(tokenById(world.storage, parent.id), undefined)
})

t.test('a token of two uses is gone after the second', async (t) => {
  const world = new TokenWorld()
  const entry = world.token({ numUses: 2 })
  const used = useToken(world, entry)
  t.equal(used.numUses, 1)
  t.ok(lookupToken(world, entry.id))
  t.equal(useToken(world, used).numUses, REVOCATION_PENDING)
  t.equal(lookupToken(world, entry.id), undefined)
  revokeIfSpent(world, entry.id)
  t.equal(tokenById(world.storage, entry.id), undefined)
})

t.test('a token of 32 days expires on the timeline, and its child with it', async (t) => {
  const world = new TokenWorld()
  const entry = world.token({ ttlSeconds: 32 * 86400 })
  const child = world.token({ parent: entry.id, ttlSeconds: 33 * 86400 })
  world.timeline.advance(32 * 86400_000 - 1)
  t.ok(lookupToken(world, entry.id))
  world.timeline.advance(1)
  t.same([entry, child].map(({ id }) => tokenById(world.storage, id)), [undefined, undefined])
  t.same(world.timeline.pending(), [])
})

t.test('only the earliest deadline is on the timeline', async (t) => {
  const world = new TokenWorld()
  for (const ttlSeconds of [300, 100, 200]) world.token({ ttlSeconds })
  t.match(world.timeline.pending(), [{ kind: 'vault.expiry', atMs: world.nowMs + 100_000 }])
  t.equal(world.timeline.pending().length, 1)
})

t.test('on a DR secondary nothing expires, but no token outlives its time', async (t) => {
  const world = new TokenWorld()
  world.mayExpire = false
  const entry = world.token()
  world.timeline.advance(3600_000)
  t.ok(tokenById(world.storage, entry.id))
  t.equal(lookupToken(world, entry.id), undefined)
})

t.test('a batch token is stored nowhere and known wherever the root key is', async (t) => {
  const world = new TokenWorld()
  const before = world.storage.size
  const entry = world.token({ type: 'batch', meta: { who: 'me' } })
  t.match(entry.id, /^hvb\.AAAAAQ/)
  t.equal(world.storage.size, before)
  const { limits, ...plain } = entry
  t.match(lookupToken(new TokenWorld(), entry.id), plain)
})

t.test('a batch token of another root key, or a damaged one, is none', async (t) => {
  const world = new TokenWorld()
  const entry = world.token({ type: 'batch' })
  const other = new TokenWorld()
  Object.assign(other.cluster, { rootKey: Buffer.alloc(32, 8) })
  t.equal(lookupToken(other, entry.id), undefined)
  t.equal(lookupToken(world, entry.id.slice(0, -3) + 'xyz'), undefined)
  t.equal(lookupToken(world, 'hvb.'), undefined)
})

t.test('a batch token ends with its time or with its parent', async (t) => {
  const world = new TokenWorld()
  const parent = world.token({ ttlSeconds: 86400 })
  const entry = world.token({ type: 'batch', parent: parent.id })
  t.ok(lookupToken(world, entry.id))
  revokeToken(world, parent.id)
  t.equal(lookupToken(world, entry.id), undefined)
  const orphan = world.token({ type: 'batch' })
  world.timeline.advance(3600_000)
  t.equal(lookupToken(world, orphan.id), undefined)
})
