// The timeline in its three modes.
import fc from 'fast-check'
import t from 'tap'
import { rfc3339 } from '../../src/sim/instants.js'
import { Progress } from '../../src/sim/progress.js'
import { HIGHEST_SCALE, LATEST_AT_MS, TimelineForm, Timeline, type TimeMode, type TimelineEvent } from '../../src/sim/timeline.js'
import { sleepWallMs } from '../../src/sim/wall-clock.js'
import { throughJson } from './through-json.js'

const START = 1_700_000_000_000

/** A timeline on a wall clock that the test turns, with a diary of what happened when. */
function timelineIn (mode: TimeMode, { scale = 1 }: { scale?: number } = {}) {
  const wall = { nowMs: 5_000_000 }
  const timeline = new Timeline({ mode, scale, startAtMs: START, wallClock: () => wall.nowMs })
  const diary: string[] = []
  timeline.handle('note', ({ name }) => { diary.push(`${name}@${timeline.nowMs - START}`) })
  return { timeline, wall, diary }
}

function note (afterMs: number, name: string, urgency: TimelineEvent['urgency'] = 'deadline'): TimelineEvent {
  return { atMs: START + afterMs, kind: 'note', urgency, ids: { name } }
}

/** Keeps the process alive for a while, as a timeline's own timer does not. */
async function patience (): Promise<string> {
  await sleepWallMs(200)
  return 'nothing happened'
}

t.test('manual time moves only when told', async t => {
  const { timeline, wall, diary } = timelineIn('manual')
  timeline.schedule(note(10, 'a', 'transition'))
  wall.nowMs += 1000
  timeline.settle()
  t.equal(timeline.nowMs, START)
  timeline.advance(9)
  t.strictSame(diary, [])
  timeline.advance(1)
  t.strictSame(diary, ['a@10'])
})

t.test('live time follows the wall clock at its scale', async t => {
  const { timeline, wall, diary } = timelineIn('live', { scale: 10 })
  timeline.schedule(note(50, 'a'))
  wall.nowMs += 4
  timeline.settle()
  t.strictSame(diary, [])
  wall.nowMs += 4
  timeline.settle()
  t.strictSame(diary, ['a@50'], 'as of its own instant')
  t.equal(timeline.nowMs, START + 80)
})

t.test('time ends with the year 9999, at any scale and in every mode', async t => {
  const dayMs = 24 * 60 * 60 * 1000
  for (const mode of ['live', 'auto', 'manual'] as const) {
    const { timeline, wall, diary } = timelineIn(mode, { scale: HIGHEST_SCALE })
    timeline.advanceTo(LATEST_AT_MS - dayMs)
    timeline.schedule({ ...note(0, 'never', 'transition'), atMs: LATEST_AT_MS + dayMs })
    timeline.start()
    wall.nowMs += 5e9
    timeline.settle()
    timeline.advance(3 * dayMs)
    t.equal(timeline.nowMs, LATEST_AT_MS, mode)
    t.equal(rfc3339(timeline.nowMs), '9999-12-31T23:59:59Z')
    t.notOk(timeline.skipUntil(() => false, dayMs), 'nothing is waited for beyond it')
    timeline.stop()
    t.equal(diary.length, mode === 'auto' ? 1 : 0, 'in transit is nothing in auto')
  }
})

t.test('live time does not wait for transitions', async t => {
  const { timeline, diary } = timelineIn('live')
  timeline.schedule(note(50, 'a', 'transition'))
  timeline.settle()
  t.strictSame(diary, [])
})

t.test('auto time jumps to transitions, and takes the deadlines on the way', async t => {
  const { timeline, diary } = timelineIn('auto')
  timeline.schedule(note(70, 'election', 'transition'))
  timeline.schedule(note(30, 'expiry'))
  timeline.schedule(note(90, 'later expiry'))
  timeline.settle()
  t.strictSame(diary, ['expiry@30', 'election@70'])
  t.equal(timeline.nowMs, START + 70)
  timeline.settle()
  t.equal(diary.length, 2, 'never ahead to a deadline by itself')
})

t.test('auto time follows the wall clock otherwise', async t => {
  const { timeline, wall, diary } = timelineIn('auto')
  timeline.schedule(note(30, 'expiry'))
  wall.nowMs += 40
  timeline.settle()
  t.strictSame(diary, ['expiry@30'])
})

t.test('events of one instant happen in the order they were scheduled', async t => {
  const { timeline, diary } = timelineIn('manual')
  for (const name of ['a', 'b', 'c']) timeline.schedule(note(5, name))
  timeline.schedule(note(5, 'a'))
  timeline.advance(5)
  t.strictSame(diary, ['b@5', 'c@5', 'a@5'])
})

t.test('an event replaces the one of its kind and ids, in whatever order they are written', async t => {
  const { timeline } = timelineIn('manual')
  timeline.schedule({ atMs: START + 1, kind: 'note', urgency: 'transition', ids: { name: 'a', other: 'b' } })
  timeline.schedule({ atMs: START + 2, kind: 'note', urgency: 'deadline', ids: { other: 'b', name: 'a' } })
  t.strictSame(timeline.pending().map(({ atMs }) => atMs - START), [2])
  t.equal(timeline.find('note', { name: 'a', other: 'b' })?.urgency, 'deadline')
})

t.test('events can be cancelled', async t => {
  const { timeline } = timelineIn('manual')
  for (const name of ['a', 'b', 'c']) timeline.schedule(note(5, name))
  t.equal(timeline.cancel('note', { name: 'a' }), true)
  t.equal(timeline.cancel('note', { name: 'a' }), false)
  t.equal(timeline.cancelAll(({ ids }) => ids.name === 'b'), 1)
  t.strictSame(timeline.pending().map(({ ids }) => ids.name), ['c'])
})

t.test('advancing moves live time too, and it goes on from there', async t => {
  const { timeline, wall, diary } = timelineIn('live')
  timeline.schedule(note(500, 'a'))
  timeline.advance(1000)
  wall.nowMs += 3
  t.strictSame(diary, ['a@500'])
  t.equal(timeline.nowMs, START + 1003)
})

t.test('time never goes backwards', async t => {
  const { timeline, wall } = timelineIn('live')
  wall.nowMs += 10
  t.equal(timeline.nowMs, START + 10)
  wall.nowMs -= 8
  t.equal(timeline.nowMs, START + 10)
  timeline.advanceTo(START)
  t.equal(timeline.nowMs, START + 10)
  t.throws(() => timeline.advance(-1), { name: 'RangeError' })
})

t.test('frozen time stands still, thawed time goes on without a jump', async t => {
  const { timeline, wall } = timelineIn('live')
  wall.nowMs += 10
  timeline.freeze()
  wall.nowMs += 100
  t.equal(timeline.nowMs, START + 10)
  timeline.setMode('live', { scale: 2 })
  wall.nowMs += 5
  t.equal(timeline.nowMs, START + 20)
})

t.test('skipping stops at the event that fulfils the condition', async t => {
  const { timeline, diary } = timelineIn('manual')
  for (const afterMs of [2500, 9000, 12_000]) timeline.schedule(note(afterMs, String(afterMs)))
  t.equal(timeline.skipUntil(() => diary.length === 2, 60_000), true)
  t.equal(timeline.nowMs, START + 9000)
  t.equal(timeline.skipUntil(() => false, 60_000), false)
  t.equal(timeline.nowMs, START + 69_000)
})

t.test('skipping also waits for what only time changes', async t => {
  const { timeline } = timelineIn('manual')
  t.equal(timeline.skipUntil(() => timeline.nowMs >= START + 4500, 10_000), true)
  t.equal(timeline.nowMs, START + 5000)
})

for (const stepMs of [0, 1]) {
  t.test(`an event that comes again ${stepMs} ms later for ever is dropped, the others happen`, async t => {
    const faults: unknown[] = []
    const timeline = new Timeline({ mode: 'auto', startAtMs: START, onFault: (error) => { faults.push(error) } })
    const diary: string[] = []
    timeline.handle('echo', (ids, atMs) => {
      timeline.schedule({ atMs: atMs + stepMs, kind: 'echo', urgency: 'transition', ids })
    })
    timeline.handle('note', ({ name }) => { diary.push(String(name)) })
    timeline.schedule({ atMs: START, kind: 'echo', urgency: 'transition', ids: { name: 'x' } })
    timeline.schedule(note(0, 'a'))
    timeline.schedule(note(60_000, 'b', 'transition'))
    timeline.settle()
    t.match(faults, [{ message: 'an event that makes no progress was dropped: echo {"name":"x"}' }])
    t.same(diary, ['a', 'b'])
    t.same(timeline.pending(), [])
  })
}

t.test('events that breed under new names end, too', async t => {
  const progress = new Progress(5000)
  const stuck = (name: number): boolean => progress.isStuck(note(0, String(name)))
  const names = Array.from({ length: 5001 }, (_, i) => i)
  t.equal(names.findIndex(stuck), 5000)
})

t.test('what repeats in earnest goes on for years', async t => {
  const timeline = new Timeline({ mode: 'manual', startAtMs: START })
  let runs = 0
  timeline.handle('hourly', (ids, atMs) => {
    runs++
    timeline.schedule({ atMs: atMs + 3_600_000, kind: 'hourly', urgency: 'deadline', ids })
  })
  timeline.schedule({ atMs: START, kind: 'hourly', urgency: 'deadline', ids: {} })
  timeline.advance(365 * 24 * 3_600_000)
  t.equal(runs, 8761)
})

t.test('a kind has one handler, and needs it', async t => {
  const { timeline } = timelineIn('manual')
  t.throws(() => timeline.handle('note', () => {}), { message: 'events of kind note already have a handler' })
  timeline.schedule({ atMs: START, kind: 'unheard', urgency: 'deadline', ids: {} })
  t.throws(() => timeline.advance(0), { message: 'no handler for events of kind unheard' })
})

t.test('a saved timeline goes on in another one, also back in time', async t => {
  const { timeline } = timelineIn('manual')
  timeline.schedule(note(20, 'a'))
  timeline.advance(5)
  const other = timelineIn('manual')
  other.timeline.advance(1000)
  other.timeline.restore(throughJson(TimelineForm, timeline.state))
  t.equal(other.timeline.nowMs, START + 5)
  other.timeline.advance(15)
  t.strictSame(other.diary, ['a@20'])
})

t.test('a started live timeline lets events happen by itself', async t => {
  const timeline = new Timeline({ mode: 'live', scale: 100 })
  t.teardown(() => timeline.stop())
  const happened = new Promise((resolve) => timeline.handle('note', resolve))
  timeline.start()
  timeline.schedule({ atMs: timeline.nowMs + 500, kind: 'note', urgency: 'deadline', ids: { name: 'a' } })
  t.strictSame(await Promise.race([happened, patience()]), { name: 'a' })
})

t.test('a stopped one does not', async t => {
  const timeline = new Timeline({ mode: 'live', scale: 1000 })
  timeline.handle('note', () => t.fail('it has been stopped'))
  timeline.start()
  timeline.schedule({ atMs: timeline.nowMs + 2000, kind: 'note', urgency: 'deadline', ids: {} })
  timeline.stop()
  await sleepWallMs(5)
})

t.test('what a handler throws behind the scenes goes to the one who asked for it', async t => {
  const fault = new Error('broken')
  const seen = new Promise((resolve) => {
    const timeline = new Timeline({ mode: 'live', onFault: resolve })
    timeline.handle('note', () => { throw fault })
    timeline.start()
    timeline.schedule({ atMs: timeline.nowMs, kind: 'note', urgency: 'deadline', ids: {} })
  })
  t.equal(await Promise.race([seen, patience()]), fault)
})

t.test('whatever is scheduled happens once, in order', async () => {
  const events = fc.array(fc.record({ afterMs: fc.nat(50), name: fc.nat(20).map(String) }))
  fc.assert(fc.property(events, fc.array(fc.nat(30)), (scheduled, steps) => {
    const { timeline, diary } = timelineIn('manual')
    const last = new Map<string, number>()
    for (const { afterMs, name } of scheduled) {
      timeline.schedule(note(afterMs, name))
      last.set(name, afterMs)
    }
    for (const ms of steps) timeline.advance(ms)
    timeline.advance(50)
    const instants = diary.map((entry) => Number(entry.split('@')[1]))
    const expected = [...last].map(([name, afterMs]) => `${name}@${afterMs}`)
    const isOrdered = instants.every((instant, i) => i === 0 || instant >= instants[i - 1]!)
    return isOrdered && String([...diary].sort()) === String(expected.sort())
  }))
})
