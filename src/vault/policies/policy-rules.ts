// Reads policies: HCL or JSON text in, rules out, refused in Vault's words.
import { JsonSyntaxError } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { multiError } from '../../go/multierror.js'
import { orInvalid } from '../../go/refusing.js'
import { goQuote } from '../../go/values.js'
import { HclError, readHcl } from '../../hcl/hcl.js'
import type { HclItem, HclObject } from '../../hcl/hcl.js'
import { GO_TYPES, parametersOf, stringOf, stringsOf, valuesOf } from './policy-hcl.js'
import type { Capability, Permissions } from './permissions.js'
import { isTemplated } from './policy-templates.js'

/** What a policy says about one pattern. */
export interface PathRule {
  /** the pattern without leading slash, as written: `secret/*`, `+/x`, with templates unfilled */
  readonly path: string
  readonly templated: boolean
  readonly permissions: Permissions
}

/** A policy, read. */
export interface Policy {
  readonly name: string
  readonly text: string
  readonly rules: readonly PathRule[]
  /** at least one of its paths has templates */
  readonly templated: boolean
}

/** What a profile's policies may say; without one, what any of them knows is read. */
export type PolicyDialect = Profile['policyDialect'] | undefined

const CAPABILITIES: readonly Capability[] = ['create', 'read', 'update', 'delete', 'list', 'sudo', 'patch']
/** The legacy key `policy`. */
const LEGACY: ReadonlyMap<string, readonly Capability[]> = new Map<string, readonly Capability[]>([
  ['deny', ['deny']],
  ['read', ['read', 'list']],
  ['write', ['create', 'read', 'update', 'delete', 'list']],
  ['sudo', ['create', 'read', 'update', 'delete', 'list', 'sudo']]
])
const PATH_KEYS = [
  'comment', 'policy', 'capabilities', 'allowed_parameters', 'denied_parameters', 'required_parameters',
  'min_wrapping_ttl', 'max_wrapping_ttl', 'mfa_methods', 'control_group'
]
const OPENBAO_PATH_KEYS = ['pagination_limit', 'expiration', 'list_scan_response_keys_filter_path']

/**
 * Reads the text of a policy.
 *
 * @throws VaultError `failed to parse policy: …`
 */
export function parsePolicy (name: string, text: string, dialect?: PolicyDialect): Policy {
  try {
    const root = readHcl(text)
    refuseUnknownKeys(root, ['name', 'path'])
    for (const value of valuesOf(root, 'name')) stringOf('root.name', value)
    const rules = root.items.filter(({ keys }) => keys[0] === 'path').map((item) => ruleOf(item, dialect))
    return { name, text, rules, templated: rules.some(({ templated }) => templated) }
  } catch (error) {
    if (!(error instanceof HclError || error instanceof JsonSyntaxError || error instanceof VaultError)) throw error
    throw invalid(`failed to parse policy: ${error.message}`)
  }
}

function ruleOf (item: HclItem, dialect: PolicyDialect): PathRule {
  const key = item.keys[1] ?? 'path'
  const templated = isTemplated(key)
  const body = item.value
  if (body.type !== 'object') throw invalid(`path ${goQuote(key)}: cannot check HCL keys of type ${GO_TYPES[body.type]}`)
  const known = !speaksOpenBao(dialect) ? PATH_KEYS : [...PATH_KEYS, ...OPENBAO_PATH_KEYS]
  refuseUnknownKeys(body, known, `path ${goQuote(key)}: `)
  const decoded = decodeRule(key, body)
  const path = key.startsWith('/') ? key.slice(1) : key
  if (path.includes('+*')) throw invalid(`path ${goQuote(path)}: invalid use of wildcards ('+*' is forbidden)`)
  return { path, templated, permissions: permissionsOf(key, body, decoded, dialect) }
}

/** The members of a rule whose types have been checked. */
interface DecodedRule {
  /** the legacy key; empty without it */
  readonly policy: string
  readonly capabilities: readonly string[]
  readonly parameters: Pick<Permissions, 'allowedParameters' | 'deniedParameters' | 'requiredParameters'>
}

/** All types are checked before anything is looked at. */
function decodeRule (key: string, body: HclObject): DecodedRule {
  try {
    const policy = valuesOf(body, 'policy').map((value) => stringOf('root.policy', value)).at(-1) ?? ''
    const capabilities = stringsOf(body, 'capabilities')
    const allowedParameters = parametersOf(body, 'allowed_parameters')
    const deniedParameters = parametersOf(body, 'denied_parameters')
    const requiredParameters = stringsOf(body, 'required_parameters')
    stringsOf(body, 'mfa_methods')
    return { policy, capabilities, parameters: { allowedParameters, deniedParameters, requiredParameters } }
  } catch (error) {
    if (error instanceof HclError) throw invalid(`path ${goQuote(key)}: ${error.message}`)
    throw error
  }
}

/** A deny ends it: what else stands there is not even looked at. */
function permissionsOf (key: string, body: HclObject, decoded: DecodedRule, dialect: PolicyDialect): Permissions {
  const capabilities = capabilitiesOf(key, decoded, dialect)
  const unconditional = { capabilities, requiredParameters: [], minWrappingTtlMs: 0, maxWrappingTtlMs: 0 }
  if (capabilities.has('deny')) return unconditional
  const minWrappingTtlMs = wrappingTtlMs(body, 'min_wrapping_ttl')
  const maxWrappingTtlMs = wrappingTtlMs(body, 'max_wrapping_ttl')
  if (maxWrappingTtlMs !== 0 && maxWrappingTtlMs < minWrappingTtlMs) {
    throw invalid('max_wrapping_ttl cannot be less than min_wrapping_ttl')
  }
  return { capabilities, ...decoded.parameters, minWrappingTtlMs, maxWrappingTtlMs }
}

function capabilitiesOf (
  key: string, { policy, capabilities }: DecodedRule, dialect: PolicyDialect
): ReadonlySet<Capability> {
  const legacy = LEGACY.get(policy)
  if (policy !== '' && legacy === undefined) {
    throw invalid(`path ${goQuote(key)}: invalid policy ${goQuote(policy)}`)
  }
  const found = new Set<Capability>()
  for (const name of policy === 'deny' ? ['deny'] : [...capabilities, ...legacy ?? []]) {
    if (name === 'deny') return new Set<Capability>(['deny'])
    if (!isCapability(name, dialect)) throw invalid(`path ${goQuote(key)}: invalid capability ${goQuote(name)}`)
    found.add(name)
  }
  return found
}

function isCapability (name: string, dialect: PolicyDialect): name is Capability {
  if (name === 'scan') return speaksOpenBao(dialect)
  if (name === 'recover') return dialect === undefined || dialect === 'Vault 1.20'
  return (CAPABILITIES as readonly string[]).includes(name)
}

function speaksOpenBao (dialect: PolicyDialect): boolean {
  return dialect === undefined || dialect === 'OpenBao'
}

function wrappingTtlMs (body: HclObject, key: string): number {
  const value = valuesOf(body, key).at(-1)
  if (value === undefined) return 0
  if (value.type !== 'literal') throw invalid(`error parsing ${key}: could not parse duration from input`)
  const given = value.value
  return orInvalid(() => parseDurationSeconds(given) * 1000, (message) => `error parsing ${key}: ${message}`)
}

/** Several are listed together, as go-multierror prints them. A block has no `=`, so its line is 0. */
function refuseUnknownKeys (object: HclObject, known: readonly string[], prefix = ''): void {
  const errors = object.items
    .filter(({ keys }) => !known.includes(keys[0] ?? ''))
    .map(({ keys, assignLine }) => `${prefix}invalid key ${goQuote(keys[0] ?? '')} on line ${assignLine}`)
  if (errors.length > 0) throw invalid(multiError(errors))
}
