// The secrets engines that answer, made known to the router.
import { registerBackend } from '../backends.js'
import { cubbyhole } from './cubbyhole.js'
import { identity } from './identity.js'
import { kvV1 } from './kv-v1.js'
import { kvV2 } from './kv-v2.js'

/** Registers all of them; to be called once, before the first request. */
export function registerEngines (): void {
  registerBackend('kv', kvV1)
  registerBackend('kv/2', kvV2)
  registerBackend('generic', kvV1)
  registerBackend('cubbyhole', cubbyhole)
  registerBackend('identity', identity)
}
