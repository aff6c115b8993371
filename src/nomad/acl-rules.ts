// Rules of ACL policies, as far as the routes here look at them: the level of `operator`, `agent` and `node`.

export type Resource = 'operator' | 'agent' | 'node'
export type Level = 'read' | 'write'

type Rules = Readonly<Partial<Record<Resource, string>>>

const BLOCK = /(?:^|[\s;,{}])"?(operator|agent|node)"?\s*[={:]\s*\{?\s*"?policy"?\s*[=:]\s*"(\w+)"/g
const COMMENT = /(?:#|\/\/).*$/gm

/** The level that each resource's `policy` names; HCL and JSON alike. */
export function parseRules (text: string): Rules {
  const rules: Partial<Record<Resource, string>> = {}
  for (const [, resource, level] of text.replace(COMMENT, '').matchAll(BLOCK)) rules[resource as Resource] = level
  return rules
}

/** `deny` in any policy wins; `write` includes `read`. */
export function rulesAllow (policies: readonly Rules[], resource: Resource, level: Level): boolean {
  const levels = policies.map((rules) => rules[resource])
  if (levels.includes('deny')) return false
  return levels.includes('write') || (level === 'read' && levels.includes('read'))
}
