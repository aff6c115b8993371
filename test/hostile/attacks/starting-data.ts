// Files of `--data`: each starts a server of its own, which is ready or refuses in one line.
import type { Case } from '../cases.js'
import type { Dice } from '../dice.js'
import { hostileText, hostileValue, NAMES, type JsonValue } from '../values.js'

export function startingData (dice: Dice): Pick<Case, 'data' | 'steps'> {
  const value = {
    ...dice.chance(0.7) ? { secrets: part(dice, (name) => ({ [name]: hostileValue(dice) })) } : {},
    ...dice.chance(0.7) ? { policies: part(dice, () => hostileText(dice)) } : {},
    ...dice.chance(0.7) ? { tokens: part(dice, () => ({ policies: ['default'], ttl: hostileValue(dice), period: hostileValue(dice), numUses: 1 })) } : {},
    ...dice.chance(0.1) ? { [dice.pick(NAMES)]: hostileValue(dice) } : {}
  }
  const text = Buffer.from(JSON.stringify(value)).toString('latin1')
  const data = dice.chance(0.8) ? text : text.slice(0, dice.below(text.length)) + dice.pick(['', '\0', '}', '[[['])
  return { data, steps: [{ kind: 'request', to: 'main', method: 'GET', path: '/v1/secret/data/app', headers: [['X-Vault-Token', 'root']] }] }
}

function part (dice: Dice, make: (name: string) => JsonValue): JsonValue {
  if (dice.chance(0.1)) return hostileValue(dice)
  return Object.fromEntries(dice.several(3, () => {
    const name = dice.pick(['secret/app', 'secret/', 'cubbyhole/x', 'sys/x', ...NAMES])
    return [name, dice.chance(0.8) ? make(name) : hostileValue(dice)]
  }))
}
