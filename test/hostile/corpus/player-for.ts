// A server for entries that are more than a list of steps.
import { Player } from '../player.js'
import { startOptions } from '../start-options.js'

const HELD_MS = 4_000

export async function startPlayer (flags: readonly string[] = []): Promise<Player> {
  return await Player.start(startOptions({ flags: ['--profile', 'vault-1.14', ...flags] }), HELD_MS)
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
