// A blocking query: a read that is answered only when there is something newer than its client knows.
import { sleepWallMs } from '../sim/wall-clock.js'
import type { Timeline } from '../sim/timeline.js'

const DEFAULT_WAIT_MS = 300_000
const LONGEST_WAIT_MS = 600_000
/** How often a waiting request looks. */
const LOOK_MS = 20

export interface BlockingQuery {
  /** what the client knows; 0 waits for nothing */
  readonly knownIndex: number
  /** 0 is Nomad's default, 5 minutes; never more than 10 */
  readonly waitMs: number
  /** the last entry that changed what is read */
  readonly index: () => number
  /** nobody waits for the answer any more */
  readonly isGone: () => boolean
}

/**
 * Waits until what is read has changed, for as long as the client allows; its time is the timeline's, so in `manual`
 * time it ends when that is moved on. Real servers wait up to a sixteenth longer, by chance.
 */
export async function waitForChange (timeline: Timeline, query: BlockingQuery): Promise<void> {
  const { knownIndex, waitMs, index, isGone } = query
  if (knownIndex === 0) return
  const endAtMs = timeline.nowMs + Math.min(waitMs > 0 ? waitMs : DEFAULT_WAIT_MS, LONGEST_WAIT_MS)
  while (index() <= knownIndex && timeline.nowMs < endAtMs && !isGone()) {
    await sleepWallMs(LOOK_MS)
    timeline.settle()
  }
}
