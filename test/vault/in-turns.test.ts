// Long work goes in turns: others are served meanwhile, what is revoked counts as gone at once, saved worlds go on.
import t, { type Test } from 'tap'
import { createToken, type TokenEntry } from '../../src/vault/tokens/tokens.js'
import { stored } from '../../src/vault/stored.js'
import { NEW_YEAR, vault, type Vault } from '../vault-server.js'

const MANY = 3000
const HOUR_MS = 3_600_000

/** A parent with many children. */
async function family (t: Test) {
  const server = vault(t, NEW_YEAR)
  const { cluster } = server.server.world.nodes[0]!
  const context = { cluster, storage: cluster.storage }
  const about = { policies: ['root'], path: 'auth/token/create', displayName: 'token', ttlSeconds: 3600 }
  const parent = createToken(context, about)
  const child = createToken(context, { ...about, parent: parent.id })
  for (let i = 1; i < MANY; i++) createToken(context, { ...about, parent: parent.id })
  const remaining = (): number => [...stored.tokens(cluster.storage).entries()].length - 1
  return { ...server, cluster, context, about, parent, child, remaining }
}

function as ({ id }: TokenEntry): Record<string, string> {
  return { 'x-vault-token': id }
}

/** Lets what goes on in the background come to its end. */
async function untilDone (left: () => number): Promise<void> {
  for (let turns = 0; left() > 0 && turns < 10_000; turns++) await new Promise((resolve) => { setImmediate(resolve) })
}

/** Starts a request and comes back once it is on its way. */
async function begun (answer: ReturnType<Vault['verdict']>) {
  let over = false
  const settled = answer.then((verdict) => {
    over = true
    return verdict
  })
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => { setImmediate(resolve) })
  return { settled, isOver: () => over }
}

t.test('a revoked token counts as gone while its many children go', async (t) => {
  const { verdict, parent, remaining } = await family(t)
  const revocation = await begun(verdict('POST', 'auth/token/revoke', { token: parent.id }))
  t.match(await verdict('GET', 'auth/token/lookup-self', undefined, as(parent)), /^403/)
  t.notOk(revocation.isOver())
  t.ok(remaining() > 0)
  t.equal(await revocation.settled, '204')
  t.equal(remaining(), 0)
})

t.test('a world that is kept halfway goes on with it, and one that is put back has it undone', async (t) => {
  const { server, verdict, parent, remaining, advance } = await family(t)
  const { checkpoints } = server.controls
  checkpoints.save('before')
  const revocation = await begun(verdict('POST', 'auth/token/revoke', { token: parent.id }))
  checkpoints.save('halfway')
  checkpoints.restore('before')
  await revocation.settled
  t.equal(remaining(), MANY + 1)
  t.match(await verdict('GET', 'auth/token/lookup-self', undefined, as(parent)), /^200/)
  checkpoints.restore('halfway')
  t.ok(remaining() < MANY)
  advance(60_000)
  await untilDone(remaining)
  t.equal(remaining(), 0)
})

t.test('all that descends from a revoked token is gone at once, also in a world that is kept halfway', async (t) => {
  const { server, verdict, parent, child, context, about, remaining } = await family(t)
  const grandchild = createToken(context, { ...about, parent: child.id })
  const batch = createToken(context, { ...about, policies: ['default'], type: 'batch', parent: grandchild.id })
  const stranger = createToken(context, about)
  const lookup = (token: TokenEntry) => verdict('GET', 'auth/token/lookup-self', undefined, as(token))
  for (const each of [child, grandchild, batch]) t.match(await lookup(each), /^200/)
  const revocation = await begun(verdict('POST', 'auth/token/revoke', { token: parent.id }))
  server.controls.checkpoints.save('halfway')
  t.ok(remaining() > 0)
  const kept = [...stored.tokens(context.storage).entries()].map(([, token]) => token)
  for (const token of kept.slice(-3).filter(({ id }) => ![stranger.id, 'root'].includes(id))) {
    t.match(await lookup(token), /^403/)
    t.match(await verdict('POST', 'auth/token/lookup-accessor', { accessor: token.accessor }), /^(400|403)/)
  }
  for (const each of [child, grandchild, batch]) t.match(await lookup(each), /^403/)
  t.match(await lookup(stranger), /^200/)
  await revocation.settled
  t.equal(remaining(), 1)
  server.controls.checkpoints.restore('halfway')
  for (const each of [child, grandchild, batch]) t.match(await lookup(each), /^403/)
  t.match(await lookup(stranger), /^200/)
})

t.test('tokens that an archive has descend from each other end all the same', async (t) => {
  const { verdict, context, about, remaining } = await family(t)
  const [one, other] = [createToken(context, about), createToken(context, about)]
  const tokens = stored.tokens(context.storage)
  tokens.put(one.id, { ...one, parent: other.id })
  tokens.put(other.id, { ...other, parent: one.id })
  tokens.put('odd', null as never)
  t.match(await verdict('GET', 'auth/token/lookup-self', undefined, as(other)), /^200/)
  t.equal(await verdict('POST', 'auth/token/revoke', { token: one.id }), '204')
  t.same([one.id, other.id].map((id) => tokens.get(id)), [undefined, undefined])
  tokens.delete('odd')
  t.equal(remaining(), MANY + 1)
})

t.test('tokens that expire at one instant, and those below a prefix, go in turns', async (t) => {
  const { verdict, remaining, advance, parent } = await family(t)
  t.equal((await begun(verdict('POST', 'sys/leases/revoke-prefix/auth/other'))).isOver(), true)
  advance(HOUR_MS)
  t.match(await verdict('GET', 'auth/token/lookup-self', undefined, as(parent)), /^403/)
  t.ok(remaining() > 0)
  await untilDone(remaining)
  const again = await family(t)
  const revocation = await begun(again.verdict('POST', 'sys/leases/revoke-prefix/auth/token/create'))
  t.notOk(revocation.isOver())
  t.equal(await revocation.settled, '204')
  t.equal(again.remaining(), 0)
})

t.test('the children of a token that is revoked alone become orphans, also in a world that is kept halfway', async (t) => {
  const { server, advance, verdict, parent, remaining, cluster } = await family(t)
  const revocation = await begun(verdict('POST', 'auth/token/revoke-orphan', { token: parent.id }))
  t.match(await verdict('GET', 'auth/token/lookup-self', undefined, as(parent)), /^403/)
  const left = [...stored.tokens(cluster.storage).entries()].map(([, token]) => token)
  const child = left.findLast((token) => token.parent === parent.id) ?? parent
  t.match(await verdict('GET', 'auth/token/lookup-self', undefined, as(child)), /^200/)
  server.controls.checkpoints.save('halfway')
  t.equal(await revocation.settled, '204')
  t.equal(remaining(), MANY)
  const isOrphan = ([, { parent }]: [string, TokenEntry]): boolean => parent === ''
  t.ok([...stored.tokens(cluster.storage).entries()].every(isOrphan))
  server.controls.checkpoints.restore('halfway')
  advance(60_000)
  await untilDone(() => remaining() - MANY)
  t.ok([...stored.tokens(cluster.storage).entries()].every(isOrphan))
})

t.test('a mount is gone at once, and then what it held', async (t) => {
  const secrets = Object.fromEntries(Array.from({ length: MANY }, (_, i) => [`secret/${i}`, { i }]))
  const { server, verdict } = vault(t, { ...NEW_YEAR, secrets })
  const { storage } = server.world.nodes[0]!
  const held = (): number => [...storage.paths('replicated/mount/')].length
  const disabling = await begun(verdict('DELETE', 'sys/mounts/secret'))
  t.match(await verdict('GET', 'secret/data/1'), /^404/)
  t.ok(held() > 0)
  server.controls.checkpoints.save('halfway')
  t.equal(await disabling.settled, '204')
  t.equal(held(), 0)
  t.same([...stored.deadlines(storage).entries()], [])
  server.controls.checkpoints.restore('halfway')
  server.world.timeline.advance(60_000)
  await untilDone(held)
  t.equal(held(), 0)
  t.same([...stored.deadlines(storage).entries()], [])
})
