// Snapshot archives: sound ones damaged, made ones that lie, are cut off, nest deeply or hold too much.
import type { ArchiveRecipe, Damage } from '../archive.js'
import type { Body, Step } from '../cases.js'
import type { Dice } from '../dice.js'
import { hostileText, hostileValue } from '../values.js'

const DOES: ReadonlyArray<Damage['does']> = ['flip', 'cut', 'double', 'zeros', 'drop']
const KEYS = ['replicated/x/', 'local/', 'own/', 'core/', '', '/', 'replicated/', '__proto__', 'local/expiry/', 'replicated/mounts/', 'own/seal', 'local/token/']
const NAMES = ['meta.json', 'state.bin', 'SHA256SUMS', 'SHA256SUMS.sealed', 'x', '../x', '', 'state.bin/']

export function archives (dice: Dice): Step[] {
  const path = dice.pick(['snapshot', 'snapshot-force', 'snapshot-force', 'snapshot-load'])
  return [{
    kind: 'request',
    to: 'main',
    method: dice.pick(['POST', 'PUT', 'POST']),
    path: `/v1/sys/storage/raft/${path}`,
    headers: [['X-Vault-Token', 'root']],
    body: body(dice),
    ...dice.chance(0.05) ? { leaveAfterMs: dice.below(10) } : {}
  }, {
    // what was restored is used
    kind: 'request',
    to: 'main',
    method: dice.pick(['GET', 'LIST']),
    path: dice.pick(['/v1/sys/mounts', '/v1/secret/metadata', '/v1/auth/token/accessors', '/v1/sys/policies/acl']),
    headers: [['X-Vault-Token', 'root']]
  }]
}

function body (dice: Dice): Body {
  if (dice.chance(0.4)) return { snapshot: dice.several(2, () => damage(dice)) }
  return { archive: recipe(dice) }
}

function damage (dice: Dice): Damage {
  return { atMillionths: dice.below(1_000_000), does: dice.pick(DOES) }
}

function recipe (dice: Dice): ArchiveRecipe {
  return {
    records: dice.pick([0, 1, 3, 100, 20_000]),
    key: dice.pick(KEYS),
    value: dice.chance(0.1)
      ? [{ repeat: '[', times: 9_000 }, { repeat: ']', times: 9_000 }]
      : [JSON.stringify(hostileValue(dice)).slice(0, 300)],
    ...dice.chance(0.1) ? { marker: JSON.stringify(hostileValue(dice)).slice(0, 300) } : {},
    ...dice.chance(0.2) ? { meta: hostileMeta(dice) } : {},
    ...dice.chance(0.1) ? { sums: hostileText(dice).slice(0, 1_000) } : {},
    ...dice.chance(0.2) ? { names: dice.several(6, () => dice.pick(NAMES)) } : {},
    ...dice.chance(0.1) ? { sizeOffBy: dice.pick([-1, 1, 512, 1e6, 2 ** 32]) } : {},
    ...dice.chance(0.2) ? { damage: [damage(dice)] } : {}
  }
}

function hostileMeta (dice: Dice): string {
  return JSON.stringify({ Version: 1, Index: hostileValue(dice), Configuration: hostileValue(dice) })
}
