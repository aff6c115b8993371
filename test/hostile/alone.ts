// One case at a fresh server, everything looked at: also what stays behind when it is over.
import { asksForTrouble, type Case } from './cases.js'
import { Player, type Failure } from './player.js'
import { startOptions } from './start-options.js'
import { StartRefused } from './server-process.js'

/** Descriptors that a server may open for itself at any time (its own libraries, a log). */
const SPARE_DESCRIPTORS = 3
const SETTLES_WITHIN_MS = 15_000

/** @param livesForMs the server is ended then */
export async function playAlone (played: Case, heldMs: number, livesForMs?: number): Promise<Failure[]> {
  let player
  try {
    player = await Player.start({ ...startOptions(played), livesForMs }, heldMs)
  } catch (error) {
    return error instanceof StartRefused ? refusal(error, played) : [{ kind: 'dead', what: String(error) }]
  }
  try {
    const before = player.server.descriptors()
    const failures = await player.play(played)
    const after = asksForTrouble(played) ? await player.reset() : []
    return [...failures, ...after, ...await leftDescriptors(player, before)]
  } finally {
    await player.stop()
  }
}

/** Starting data may be refused, in a line that a person can read. */
function refusal ({ message }: StartRefused, { data }: Case): Failure[] {
  const fine = data !== undefined && message.split('\n').length <= 2 && !/^\s+at /m.test(message) && message.trim() !== ''
  return fine ? [] : [{ kind: 'dead', what: `it does not start: ${message.slice(0, 400)}` }]
}

/** Connections that are gone take no descriptors any more, after a moment. */
export async function leftDescriptors ({ server }: Player, before: number): Promise<Failure[]> {
  const endsAtMs = performance.now() + SETTLES_WITHIN_MS
  for (;;) {
    if (server.ended !== undefined) return []
    const more = server.descriptors() - before
    if (more <= SPARE_DESCRIPTORS) return []
    if (performance.now() > endsAtMs) return [{ kind: 'grew', what: `${more} descriptors stay open` }]
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
