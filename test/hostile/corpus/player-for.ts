// A server for entries that are more than a list of steps.
import { Player } from '../player.js'
import { ENTRY_WITHIN_MS, startOptions } from '../start-options.js'

const HELD_MS = 4_000

export async function startPlayer (flags: readonly string[] = []): Promise<Player> {
  const options = startOptions({ flags: ['--profile', 'vault-1.14', ...flags] })
  return await Player.start({ ...options, livesForMs: ENTRY_WITHIN_MS }, HELD_MS)
}

/** Does something at a fresh server. @throws what the server did wrong, too */
export async function atServer (act: (player: Player) => Promise<void>, flags: readonly string[] = []): Promise<void> {
  const player = await startPlayer(flags)
  try {
    await act(player)
    const [failure] = await player.verdict()
    if (failure !== undefined) throw new Error(`${failure.kind}: ${failure.what}`)
  } finally {
    await player.stop()
  }
}

export function check (fine: boolean, wrong: string): void {
  if (!fine) throw new Error(wrong)
}
