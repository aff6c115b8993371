// Policies in HCL and JSON: pieces of the language put together wrongly, stored, and asked about.
import type { Step } from '../cases.js'
import type { Dice } from '../dice.js'
import { bodyFor, hostileText, hostileValue } from '../values.js'

const PIECES = [
  'path', '"secret/*"', '"+/+/x"', '"*"', '"secret/data/{{identity.entity.name}}"', '{', '}', '[', ']', '=', ',', '"', '\\', '\n', ' ', 'capabilities', '["read"]', '["deny", "sudo"]', 'allowed_parameters',
  'denied_parameters', 'required_parameters', 'min_wrapping_ttl', '"1h"', '"2540400h"', '1e309', '-1', '0x', 'true', 'null', '<<EOF\nx\nEOF\n', '<<-EOF', '/*', '*/', '//', '#', '${', '"${x"', '%{', 'control_group', '{ "*" = [] }',
  'subscribe_event_types', 'path "x" { capabilities = ["read"] }', 'path "x" { policy = "write" }', '\ufeff', '\0', '"\\u00"', 'name = "x"', '\r\n'
]

export function policies (dice: Dice): Step[] {
  const headers = [['X-Vault-Token', 'root']] as const
  return [{
    kind: 'request',
    to: 'main',
    method: 'PUT',
    path: dice.pick(['/v1/sys/policies/acl/fuzz', '/v1/sys/policy/fuzz', '/v1/sys/policies/password/fuzz']),
    headers,
    body: bodyFor(dice, { policy: policy(dice), rules: policy(dice) })
  }, {
    kind: 'request', to: 'main', method: dice.pick(['GET', 'PUT', 'LIST']), path: dice.pick(['/v1/secret/data/app', '/v1/sys/policies/password/fuzz/generate', '/v1/sys/internal/ui/resultant-acl', '/v1/secret/metadata']), headers: [['X-Vault-Token', 'fuzz']]
  }, {
    kind: 'request', to: 'main', method: 'POST', path: '/v1/sys/capabilities', headers, body: bodyFor(dice, { token: 'fuzz', paths: [hostileText(dice).slice(0, 500), 'secret/x'] })
  }]
}

function policy (dice: Dice): string {
  const kind = dice.below(10)
  if (kind === 0) return dice.pick(['[', '{', 'a=', '(', 'path "x" {']).repeat(dice.pick([100, 3_000, 12_000]))
  if (kind === 1) return JSON.stringify({ path: hostileValue(dice) })
  const path = hostileText(dice).slice(0, 300)
  if (kind === 2) {
    const rule = { capabilities: hostileValue(dice), allowed_parameters: hostileValue(dice) }
    return JSON.stringify({ path: { [path]: rule } })
  }
  if (kind === 3) {
    const ttl = hostileText(dice).slice(0, 30)
    return `path "${path}" { capabilities = ["read", "list"]\n min_wrapping_ttl = "${ttl}" }`
  }
  return dice.several(25, () => dice.pick(PIECES)).join(dice.pick(['', ' ', ' ']))
}
