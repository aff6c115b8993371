// A server with transit mounted, and short ways to talk to it.
import type { Test } from 'tap'
import { vault, type Vault } from '../../vault-server.js'
import { parseJson, printJson } from '../../../src/json/index.js'
import { loadWorld, saveWorld } from '../../../src/world/saved-world.js'
import type { ServerOptions } from '../../../src/index.js'

export interface Transit extends Vault {
  /** makes a key and resolves with it */
  readonly key: (name: string, body?: object) => Promise<any>
  /** a write below the mount; resolves with `data` */
  readonly write: (path: string, body?: object) => Promise<any>
  /** the same; the status and the errors */
  readonly refusal: (path: string, body?: object) => Promise<string>
  readonly read: (path: string) => Promise<any>
}

export function base64 (text: string): string {
  return Buffer.from(text).toString('base64')
}

/** A text, as requests carry it. */
export const TEXT = base64('the quick brown fox')
export const CONTEXT = base64('context')

export async function transit (t: Test, options: ServerOptions = {}): Promise<Transit> {
  const server = vault(t, { profile: 'vault-1.14', ...options })
  await server.send('POST', 'sys/mounts/transit', { type: 'transit' })
  return {
    ...server,
    key: async (name, body = {}) => await server.data('POST', `transit/keys/${name}`, body),
    write: async (path, body = {}) => await server.data('POST', `transit/${path}`, body),
    refusal: async (path, body = {}) => await server.verdict('POST', `transit/${path}`, body),
    read: async (path) => await server.data('GET', `transit/${path}`)
  }
}

/** Another server, with all that the first one holds. Both need the same root token. */
export async function copyOf (t: Test, { server }: Transit, options: ServerOptions): Promise<Transit> {
  const copy = await transit(t, options)
  loadWorld(copy.server.world, parseJson(printJson(saveWorld(server.world))))
  return copy
}
