// The secrets engines that answer, made known to the router.
import { registerBackend } from '../backends.js'
import type { Backend } from '../paths.js'
import { cubbyhole } from './cubbyhole.js'
import { kvV1 } from './kv-v1.js'
import { kvV2 } from './kv-v2.js'

/** The identity store is mounted, as in Vault, and not simulated: every path of it is unsupported. */
const identity: Backend = { type: 'identity', paths: [] }

/** Registers all of them; to be called once, before the first request. */
export function registerEngines (): void {
  registerBackend('kv', kvV1)
  registerBackend('kv/2', kvV2)
  registerBackend('generic', kvV1)
  registerBackend('cubbyhole', cubbyhole)
  registerBackend('identity', identity)
}
