// What tells users apart, and what proves who they are.
import { createHash } from 'node:crypto'
import { field } from '../../vault/fields/fields.js'
import type { Call } from '../../vault/paths.js'

export const username = field.string({ description: 'Name of the user.' })
export const password = field.string({ description: 'Password of the user.' })

/** The user that a path names; user names are lower case. */
export function usernameIn (call: Call<unknown>): string {
  return (call.params.username ?? '').toLowerCase()
}

/** Quick on purpose: this server keeps nobody's secrets. */
export function hashPassword (text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
