// Rules of ACL policies, as far as the routes here look at them: the level of `operator`, `agent` and `node`.
import { HclError, readHcl, type HclItem } from '../hcl/hcl.js'
import { JsonSyntaxError } from '../json/index.js'

const RESOURCES = ['operator', 'agent', 'node'] as const
export type Resource = typeof RESOURCES[number]
export type Level = 'read' | 'write'

type Rules = Readonly<Partial<Record<Resource, string>>>

/** The level that each resource's `policy` names, the last one where there are several; HCL and JSON alike. */
export function parseRules (text: string): Rules {
  const rules: Partial<Record<Resource, string>> = {}
  for (const { keys: [key], value } of itemsOf(text)) {
    const resource = RESOURCES.find((name) => name === key)
    if (resource === undefined || value.type !== 'object') continue
    for (const { keys: [setting], value: level } of value.items) {
      if (setting === 'policy' && level.type === 'literal') rules[resource] = String(level.value)
    }
  }
  return rules
}

/** A text that cannot be read is stored like any other, and grants nothing. */
function itemsOf (text: string): readonly HclItem[] {
  try {
    return readHcl(text).items
  } catch (error) {
    if (error instanceof HclError || error instanceof JsonSyntaxError) return []
    throw error
  }
}

/** `deny` in any policy wins; `write` includes `read`. */
export function rulesAllow (policies: readonly Rules[], resource: Resource, level: Level): boolean {
  const levels = policies.map((rules) => rules[resource])
  if (levels.includes('deny')) return false
  return levels.includes('write') || (level === 'read' && levels.includes('read'))
}
