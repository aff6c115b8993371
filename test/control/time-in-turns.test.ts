// A jump of the time in which much happens goes in turns: others are answered at the instants on the way.
import t, { type Test } from 'tap'
import { stored } from '../../src/vault/stored.js'
import { createToken } from '../../src/vault/tokens/tokens.js'
import { NEW_YEAR, vault } from '../vault-server.js'

const MANY = 2000
const HOUR_MS = 3_600_000

/** Many tokens, of which each ends at an instant of its own within an hour. */
async function withDeadlines (t: Test) {
  const { server } = vault(t, NEW_YEAR)
  const { world, controls } = server
  const { cluster } = world.nodes[0]!
  const context = { cluster, storage: cluster.storage }
  const about = { policies: ['default'], path: 'auth/token/create', displayName: 'token' }
  for (let i = 0; i < MANY; i++) createToken(context, { ...about, ttlSeconds: 1 + i })
  const post = async (path: string, payload: object) => {
    const { statusCode, payload: text } = await server.inject({ method: 'POST', url: `/_mock/${path}`, payload })
    return { status: statusCode, body: JSON.parse(text) }
  }
  return { world, controls, post, left: () => [...stored.tokens(cluster.storage).entries()].length - 1 }
}

/** Waits until something has begun. */
async function until (isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo() && turns < 10_000; turns++) await new Promise((resolve) => { setImmediate(resolve) })
}

t.test('others are answered on the way, and two jumps add up', async (t) => {
  const { world, post, left } = await withDeadlines(t)
  const began = world.timeline.nowMs
  const jumps = Promise.all([post('time/advance', { ms: HOUR_MS }), post('time/advance', { ms: HOUR_MS })])
  await until(() => left() < MANY)
  t.ok(left() > 0)
  t.ok(world.timeline.nowMs < began + HOUR_MS)
  const [one, other] = await jumps
  t.same([one.status, one.body.nowMs, other.body.nowMs], [200, began + HOUR_MS, began + 2 * HOUR_MS])
  t.equal(left(), 0)
})

t.test('a wait for something takes as many turns as it needs', async (t) => {
  const { world, post, left } = await withDeadlines(t)
  const began = world.timeline.nowMs
  const { status, body } = await post('time/skip-until', { condition: 'leader-elected', limitMs: HOUR_MS })
  t.equal(status, 200)
  t.equal(body.nowMs, began)
  const none = await post('time/skip-until', { condition: 'token-expired', token: 'root', limitMs: HOUR_MS })
  t.match(none, { status: 409, body: { errors: ['token-expired did not come true within 3600 s'] } })
  t.equal(world.timeline.nowMs, began + HOUR_MS)
  t.equal(left(), 0)
})

t.test('a world that is reset meanwhile stays as it began', async (t) => {
  const { world, controls, post, left } = await withDeadlines(t)
  const began = world.timeline.nowMs
  const jump = post('time/advance', { ms: HOUR_MS })
  await until(() => left() < MANY)
  controls.reset()
  t.match(await jump, { status: 409, body: { errors: ['the world was replaced while its time was moved'] } })
  t.equal(world.timeline.nowMs, began)
})
