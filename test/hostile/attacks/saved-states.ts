// Saved states, changed in a few places and loaded; then the world is used.
import type { Step } from '../cases.js'
import type { Dice } from '../dice.js'
import type { StateChange } from '../state-changes.js'
import { hostileValue } from '../values.js'

const PLACES = 100_000

export function savedStates (dice: Dice): Step[] {
  const headers = [['X-Vault-Token', 'root']] as const
  const uses = [
    { method: 'GET', path: '/_mock/state' }, { method: 'GET', path: '/v1/sys/storage/raft/configuration' }, { method: 'PUT', path: '/v1/secret/data/app' }, { method: 'GET', path: '/_mock/time' },
    { method: 'GET', path: '/v1/sys/mounts' }, { method: 'POST', path: '/_mock/time/advance' }, { method: 'GET', path: '/v1/sys/replication/status' }, { method: 'GET', path: '/v1/sys/storage/raft/autopilot/state' }
  ]
  return [
    { kind: 'request', to: 'main', method: 'PUT', path: '/_mock/state', headers: [], body: { state: [change(dice), ...dice.several(2, () => change(dice))] } },
    ...dice.several(3, () => ({ kind: 'request' as const, to: 'main' as const, ...dice.pick(uses), headers, body: ['{"ms":60000,"data":{"a":1}}'] }))
  ]
}

function change (dice: Dice): StateChange {
  const place = dice.below(PLACES)
  return dice.chance(0.3) ? { place } : { place, to: hostileValue(dice) }
}
