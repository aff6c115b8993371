// The controls below /_mock: every operation of their OpenAPI document, bodies changed, and a request that feels them.
import type { RequestStep, Step } from '../cases.js'
import type { Dice } from '../dice.js'
import { bodyFor, hostileText, NAMES, valueFor } from '../values.js'
import { filledIn, type Operation } from './structured.js'

/** What makes the most of a control: the names of things that are there. */
const NODES = ['raft_0', 'raft_1', 'raft_2']
const GLOBS = ['**', '*', '**a**a**a**a**a**a**a**a**b', 'secret/**', '***', '[', '?', '**/**/**/**/**/x', '{a,b}']
const MAX_WAIT_MS = 50
const ENDLESS = /\/(?:wait|stream)$/

export function controls (dice: Dice, operations: readonly Operation[]): Step[] {
  const steps = [controlFor(dice, operations), ...dice.several(3, () => controlFor(dice, operations))]
  return dice.chance(0.5) ? [...steps, ordinary(dice)] : steps
}

function controlFor (dice: Dice, operations: readonly Operation[]): RequestStep {
  const operation = dice.pick(operations)
  const path = dice.chance(0.6)
    ? filledIn(dice, { ...operation, path: operation.path.replace('{node}', dice.pick(NODES)).replace(/\{(name|world|other)\}/g, 'x') })
    : filledIn(dice, operation)
  const asked = operation.query.includes('path') && dice.chance(0.5) ? `${path.includes('?') ? '&' : '?'}path=${encodeURIComponent(dice.pick(GLOBS))}` : ''
  return {
    kind: 'request',
    to: 'main',
    method: operation.method,
    path: path + asked,
    headers: dice.chance(0.1) ? [['Content-Type', dice.pick(['json', 'text/plain', 'application/json', ''])]] : [],
    // a wait is a wait, and a stream does not end: they are left after a moment
    ...ENDLESS.test(operation.path) ? { leaveAfterMs: dice.below(MAX_WAIT_MS) } : {},
    ...operation.body === undefined ? {} : { body: bodyFor(dice, valueFor(dice, operation.body)) }
  }
}

/** Something for rules and broken nodes to act on. */
function ordinary (dice: Dice): RequestStep {
  return {
    kind: 'request',
    to: dice.pick(['main', 'other', 'nomad']),
    method: dice.pick(['GET', 'PUT', 'LIST']),
    path: dice.pick(['/v1/secret/data/app', '/v1/sys/health', '/v1/sys/storage/raft/snapshot', `/v1/${encodeURIComponent(dice.pick(NAMES).replace(/[\ud800-\udfff]/g, ''))}`]),
    headers: [['X-Vault-Token', 'root'], ['X-Vault-Mock-Prefer', dice.pick(['', 'status=500', 'truncate=2', 'stale', `error=${hostileText(dice).replace(/[^\x20-\x7e]/g, '').slice(0, 100)}`])]],
    leaveAfterMs: 200
  }
}
