// A request that finds no leader waits for one.
import { sleepWallMs } from '../sim/wall-clock.js'
import { NomadError } from './nomad-error.js'
import type { Region } from './region.js'
import type { NomadServer } from './server.js'

/** Nomad's `rpc_hold_timeout`. */
const HOLD_TIMEOUT_MS = 5000
const RETRY_MS = 100

/**
 * The leader that a server passes its requests on to. Without one the request waits 5 s: by the clock in `live` time;
 * in
 * `auto` the timeline moves on by as much; in `manual`, where no time passes during a request, not at all.
 *
 * @throws {NomadError} 500 `No cluster leader`
 */
export async function leaderFor (region: Region, asked: NomadServer): Promise<NomadServer> {
  const leader = region.leaderSeenFrom(asked) ?? await waitForLeader(region, asked)
  if (leader === undefined) throw new NomadError('No cluster leader')
  return leader
}

async function waitForLeader (region: Region, asked: NomadServer): Promise<NomadServer | undefined> {
  const { timeline } = region
  const find = (): NomadServer | undefined => region.leaderSeenFrom(asked)
  if (timeline.mode === 'auto') timeline.skipUntil(() => find() !== undefined, HOLD_TIMEOUT_MS)
  const endAtMs = timeline.nowMs + HOLD_TIMEOUT_MS
  while (timeline.mode === 'live' && find() === undefined && timeline.nowMs < endAtMs) {
    await sleepWallMs(RETRY_MS / timeline.scale)
    timeline.settle()
  }
  return find()
}
