// Where the servers of a region are said to live while nothing listens for them.
import type { NomadPlace } from './server.js'

/** The server of the documentation's sample: `bacon-mac.global`, 127.0.0.1:4647. */
export const SAMPLE_PLACES: readonly NomadPlace[] = [{ name: 'bacon-mac', host: '127.0.0.1', port: 4646 }]

/** Nomad's own port, and every tenth after it. */
export function defaultPlaces (count: number): readonly NomadPlace[] {
  return Array.from({ length: count }, (_, i) => ({ name: `server-${i}`, host: '127.0.0.1', port: 4646 + 10 * i }))
}
