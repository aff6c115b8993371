// An SSH engine for one test, with an authority.
import type { Test } from 'tap'
import { NEW_YEAR, vault, type Vault } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'
import { KEYS } from './keys.js'

/** The engine without keys and roles. */
export async function withEngine (t: Test, options: ServerOptions = {}): Promise<Vault> {
  const server = vault(t, { ...NEW_YEAR, profile: 'vault-1.14', ...options })
  await server.send('POST', 'sys/mounts/ssh', { type: 'ssh' })
  return server
}

export interface Authority extends Vault {
  readonly sign: (body?: object) => Promise<string>
}

/** The same with a key that signs, and the role `r` for the users `ann` and `zed`. */
export async function withRole (
  t: Test, role: object = {}, { ca = 'ed25519', ...options }: ServerOptions & { ca?: keyof typeof KEYS } = {}
): Promise<Authority> {
  const server = await withEngine(t, options)
  const { publicKey, privateKey } = KEYS[ca]
  await server.send('POST', 'ssh/config/ca', { public_key: publicKey, private_key: privateKey })
  const users = { allow_user_certificates: true, allowed_users: 'ann,zed', default_user: 'zed' }
  await server.send('POST', 'ssh/roles/r', { key_type: 'ca', ...users, ...role })
  return {
    ...server,
    sign: async (body = {}) => {
      const { status, body: answer } = await server.send('POST', 'ssh/sign/r', { public_key: KEYS.ed25519.publicKey, ...body })
      return status === 200 ? answer.data.signed_key : `${status} ${answer.errors}`
    }
  }
}
