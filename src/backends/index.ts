// What can be mounted: secrets engines, auth methods and the system backend, by their types.
import type { Backends } from '../vault/backends.js'
import { approle } from './approle/approle.js'
import { cubbyhole } from './cubbyhole.js'
import { identity } from './identity.js'
import { kvV1 } from './kv/version-1.js'
import { kvV2 } from './kv/version-2.js'
import { pki } from './pki/pki.js'
import { system } from './system/index.js'
import { tokenBackend } from './token/token.js'
import { userpass } from './userpass/userpass.js'

/** Looked up by the type of a mount, `backendOf` says how. */
export const backends: Backends = new Map([
  ['system', system],
  ['kv', kvV1],
  ['kv/2', kvV2],
  ['generic', kvV1],
  ['cubbyhole', cubbyhole],
  ['identity', identity],
  ['token', tokenBackend],
  ['approle', approle],
  ['userpass', userpass],
  ['pki', pki]
])
