// A server with one engine whose credentials are another system's.
import type { Test } from 'tap'
import { NEW_YEAR, vault, type Vault } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'

export interface Asking extends Vault {
  /** what the engine asked, in its words */
  readonly asked: () => string[]
}

export async function withEngine (t: Test, type: string, options: ServerOptions = {}): Promise<Asking> {
  const server = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', ...options })
  await server.send('POST', `sys/mounts/${type}`, { type })
  return { ...server, asked: () => server.server.controls.outside.calls().map(({ asked }) => asked) }
}

export const ANYTHING = { outside: 'anything' } as const
