// Rules of ACL policies: what a text grants, and what is wrong with one.
import { HclError, readHcl, type HclItem, type HclObject } from '../hcl/hcl.js'
import { JsonSyntaxError } from '../json/index.js'
import { expandNamespaceLevel, NAMESPACE_CAPABILITIES } from './acl-capabilities.js'

/** Rules without a name: one block each. The names are those of Nomad's structs in its errors. */
const RESOURCES = { agent: 'Agent', node: 'Node', operator: 'Operator', quota: 'Quota', plugin: 'Plugin' } as const
export type Resource = keyof typeof RESOURCES
export type Level = 'read' | 'write'

/** Rules that name what they are for, or a pattern of it. */
export interface NamedRule {
  readonly name: string
  /** empty where only capabilities are given */
  readonly level: string
  readonly capabilities: readonly string[]
}

export interface Rules {
  readonly levels: Readonly<Partial<Record<Resource, string>>>
  readonly namespaces: readonly NamedRule[]
  readonly nodePools: readonly NamedRule[]
  readonly hostVolumes: readonly NamedRule[]
}

/** What is wrong with rules, in Nomad's words. */
export class RulesError extends Error {}

const NAME = /^[a-zA-Z0-9-*]{1,128}$/
const NODE_POOL_LEVELS: Readonly<Record<string, readonly string[]>> = {
  deny: ['deny'], read: ['read'], write: ['delete', 'read', 'write']
}
const HOST_VOLUME_LEVELS: Readonly<Record<string, readonly string[]>> = {
  deny: ['deny'], read: ['mount-readonly'], write: ['mount-readonly', 'mount-readwrite']
}

/**
 * What a policy grants; HCL and JSON alike, and no text nothing.
 *
 * @throws {RulesError} for a text that cannot be read, grants nothing or names what there is not
 */
export function parseRules (text: string): Rules {
  const rules = text === '' ? [] : itemsOf(text)
  const parsed: Rules = {
    levels: levelsOf(rules),
    namespaces: namedRules(rules, 'namespace', 'NamespacePolicy'),
    nodePools: namedRules(rules, 'node_pool', 'NodePoolPolicy'),
    hostVolumes: namedRules(rules, 'host_volume', 'HostVolumePolicy')
  }
  if (text !== '' && isEmpty(parsed)) throw new RulesError(`Invalid policy: ${text}`)
  checkNamespaces(parsed.namespaces)
  checkNamed(parsed.nodePools, 'node pool', 'NodePoolPolicy', ['deny', 'delete', 'read', 'write'])
  checkNamed(parsed.hostVolumes, 'host volume', 'HostVolumePolicy', ['deny', 'mount-readonly', 'mount-readwrite'])
  checkLevels(parsed.levels)
  return {
    ...parsed,
    namespaces: parsed.namespaces.map((rule) => expanded(rule, expandNamespaceLevel(rule.level))),
    nodePools: parsed.nodePools.map((rule) => expanded(rule, NODE_POOL_LEVELS[rule.level] ?? [])),
    hostVolumes: parsed.hostVolumes.map((rule) => expanded(rule, HOST_VOLUME_LEVELS[rule.level] ?? []))
  }
}

function itemsOf (text: string): readonly HclItem[] {
  try {
    return readHcl(text).items
  } catch (error) {
    if (!(error instanceof HclError || error instanceof JsonSyntaxError)) throw error
    throw new RulesError(`Failed to parse ACL Policy: ${error.message}`)
  }
}

/** The last block of a kind counts. */
function levelsOf (items: readonly HclItem[]): Rules['levels'] {
  const levels: Partial<Record<Resource, string>> = {}
  for (const { keys: [key], value } of items) {
    const resource = Object.keys(RESOURCES).find((name): name is Resource => name === key)
    if (resource !== undefined && value.type === 'object') levels[resource] = textOf(value, 'policy')
  }
  return levels
}

function namedRules (items: readonly HclItem[], kind: string, struct: string): NamedRule[] {
  return items.filter(({ keys }) => keys[0] === kind).map(({ keys: [, name = ''], value }) => {
    if (value.type !== 'object') throw new RulesError(`Failed to parse ACL Policy: unknown type for ${struct}`)
    return { name, level: textOf(value, 'policy'), capabilities: listOf(value, 'capabilities') }
  })
}

function textOf ({ items }: HclObject, key: string): string {
  const value = items.findLast(({ keys }) => keys[0] === key)?.value
  return value?.type === 'literal' ? String(value.value) : ''
}

function listOf ({ items }: HclObject, key: string): string[] {
  const value = items.findLast(({ keys }) => keys[0] === key)?.value
  if (value?.type !== 'list') return []
  return value.values.flatMap((each) => each.type === 'literal' ? [String(each.value)] : [])
}

function isEmpty ({ levels, namespaces, nodePools, hostVolumes }: Rules): boolean {
  return Object.keys(levels).length + namespaces.length + nodePools.length + hostVolumes.length === 0
}

function checkNamespaces (rules: readonly NamedRule[]): void {
  for (const rule of rules) {
    const printed = (): string => printStruct('NamespacePolicy', rule, ', Variables:(*acl.VariablesPolicy)(nil)')
    if (!NAME.test(rule.name)) throw new RulesError(`Invalid namespace name: ${printed()}`)
    if (rule.level !== '' && !isLevel(rule.level, 'scale')) throw new RulesError(`Invalid namespace policy: ${printed()}`)
    const unknown = rule.capabilities.find((capability) => !NAMESPACE_CAPABILITIES.has(capability))
    if (unknown !== undefined) throw new RulesError(`Invalid namespace capability '${unknown}': ${printed()}`)
  }
}

function checkNamed (rules: readonly NamedRule[], kind: string, struct: string, capabilities: readonly string[]): void {
  for (const rule of rules) {
    const printed = printStruct(struct, rule)
    if (!NAME.test(rule.name)) throw new RulesError(`Invalid ${kind} name: ${printed}`)
    if (rule.level !== '' && !isLevel(rule.level)) throw new RulesError(`Invalid ${kind} policy: ${printed}`)
    const unknown = rule.capabilities.find((capability) => !capabilities.includes(capability))
    if (unknown !== undefined) throw new RulesError(`Invalid ${kind} capability '${unknown}': ${printed}`)
  }
}

function checkLevels (levels: Rules['levels']): void {
  for (const [resource, struct] of Object.entries(RESOURCES)) {
    const level = levels[resource as Resource]
    if (level === undefined || isLevel(level, ...resource === 'plugin' ? ['list'] : [])) continue
    throw new RulesError(`Invalid ${resource} policy: &acl.${struct}Policy{Policy:${JSON.stringify(level)}}`)
  }
}

function isLevel (level: string, ...others: string[]): boolean {
  return ['deny', 'read', 'write', ...others].includes(level)
}

/** Go's `%#v`. */
function printStruct (struct: string, { name, level, capabilities }: NamedRule, more = ''): string {
  const list = capabilities.length === 0 ? '(nil)' : `{${capabilities.map((each) => JSON.stringify(each)).join(', ')}}`
  const fields = `Name:${JSON.stringify(name)}, Policy:${JSON.stringify(level)}, Capabilities:[]string${list}`
  return `&acl.${struct}{${fields}${more}}`
}

function expanded (rule: NamedRule, capabilities: readonly string[]): NamedRule {
  return { ...rule, capabilities: [...rule.capabilities, ...capabilities] }
}
