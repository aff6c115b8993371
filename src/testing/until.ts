// Waiting for what takes real time: a server in another process, a client that retries.
import { sleepWallMs, wallClockMs } from '../sim/wall-clock.js'

export interface UntilOptions {
  /** of the wall clock; 5000 by default */
  readonly timeoutMs?: number
  /** how often to look; 20 by default */
  readonly everyMs?: number
  /** what is awaited, for the error */
  readonly what?: string
}

/**
 * Looks again and again until something holds.
 *
 * @throws {Error} if it does not hold in time, with the last error of the check if it threw
 */
export async function until (holds: () => boolean | Promise<boolean>, { timeoutMs = 5000, everyMs = 20, what = 'what was awaited' }: UntilOptions = {}): Promise<void> {
  const endAtMs = wallClockMs() + timeoutMs
  for (;;) {
    const { held, cause } = await look(holds)
    if (held) return
    if (wallClockMs() >= endAtMs) throw new Error(`${what} did not come true within ${timeoutMs} ms`, { cause })
    await sleepWallMs(everyMs)
  }
}

async function look (holds: () => boolean | Promise<boolean>): Promise<{ held: boolean, cause?: unknown }> {
  try {
    return { held: await holds() }
  } catch (cause) {
    return { held: false, cause }
  }
}

/**
 * Waits until a node's health has a status: 200 active, 429 standby, 473 performance standby, 472 DR secondary, 501 not
 * initialised, 503 sealed.
 */
export async function untilHealth (url: string, status: number, options: UntilOptions = {}): Promise<void> {
  const holds = async (): Promise<boolean> => (await fetch(`${url}/v1/sys/health`)).status === status
  await until(holds, { what: `health ${status} of ${url}`, ...options })
}

/** Waits until a node is active. */
export async function untilActive (url: string, options: UntilOptions = {}): Promise<void> {
  await untilHealth(url, 200, options)
}

/** Waits until a node is sealed. */
export async function untilSealed (url: string, options: UntilOptions = {}): Promise<void> {
  await untilHealth(url, 503, options)
}
