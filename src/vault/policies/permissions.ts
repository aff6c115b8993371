// What one pattern of a policy allows: capabilities, and conditions on parameters and wrapping.
import { isList, isMap } from '../../go/values.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import type { Operation } from '../paths.js'

export type Capability = 'deny' | 'create' | 'read' | 'update' | 'delete' | 'list' | 'sudo' | 'patch' | 'scan' | 'recover'

/** Parameter names in lower case, each with the values meant; no values: any. */
export type Parameters = ReadonlyMap<string, readonly ParameterValue[]>

/** A value that a policy lists for a parameter. */
export type ParameterValue = string | boolean | PolicyNumber | readonly ParameterValue[] | ParameterMap

/** An object in a policy. */
export interface ParameterMap { readonly [key: string]: ParameterValue }

/**
 * A number in a policy, kept apart from JSON's: Vault compares values with their Go types, so that it fits none in a
 * request.
 */
export class PolicyNumber {
  constructor (readonly value: number) {}
}

/** What one pattern allows, and under which conditions. */
export interface Permissions {
  readonly capabilities: ReadonlySet<Capability>
  readonly allowedParameters?: Parameters
  readonly deniedParameters?: Parameters
  readonly requiredParameters: readonly string[]
  /** 0: no limit */
  readonly minWrappingTtlMs: number
  readonly maxWrappingTtlMs: number
}

/** Why a request is not allowed: nothing matches, the capability is missing, or a condition is not met. */
export type Denial = 'no rule' | 'capability' | 'wrapping' | 'parameters'

const NEEDED: Partial<Record<Operation, Capability>> = {
  read: 'read',
  list: 'list',
  create: 'create',
  update: 'update',
  patch: 'patch',
  delete: 'delete',
  scan: 'scan',
  recover: 'recover'
}
const WITH_PARAMETERS: ReadonlySet<Operation> = new Set<Operation>(['read', 'create', 'update', 'patch'])

/** What is asked of the permissions of a pattern. */
export interface Attempt {
  readonly operation: Operation
  readonly data: JsonObject
  /** what the client asked for; absent without wrapping */
  readonly wrapTtlMs?: number | undefined
}

/** Capability first, then wrapping, then parameters; undefined: nothing speaks against it. */
export function denialOf (permissions: Permissions, attempt: Attempt): Denial | undefined {
  const needed = NEEDED[attempt.operation]
  if (needed === undefined || !permissions.capabilities.has(needed)) return 'capability'
  if (!fitsWrapping(permissions, attempt.wrapTtlMs)) return 'wrapping'
  if (WITH_PARAMETERS.has(attempt.operation) && !fitsParameters(permissions, attempt.data)) return 'parameters'
  return undefined
}

/** Merged limits may exclude each other; then nothing fits. */
function fitsWrapping ({ minWrappingTtlMs, maxWrappingTtlMs }: Permissions, wrapTtlMs = 0): boolean {
  if (minWrappingTtlMs === 0 && maxWrappingTtlMs === 0) return true
  if (wrapTtlMs === 0) return false
  return wrapTtlMs >= minWrappingTtlMs && (maxWrappingTtlMs === 0 || wrapTtlMs <= maxWrappingTtlMs)
}

/** Required, then denied, then allowed ones. */
function fitsParameters (permissions: Permissions, data: JsonObject): boolean {
  const { requiredParameters, deniedParameters, allowedParameters } = permissions
  if (!requiredParameters.every((name) => Object.hasOwn(data, name.toLowerCase()))) return false
  const given = Object.entries(data).map(([name, value]) => [name.toLowerCase(), value ?? null] as const)
  if (given.length === 0) return true
  if (deniedParameters !== undefined && deniedParameters.size > 0) {
    if (deniedParameters.has('*') || given.some(([name, value]) => isListed(deniedParameters.get(name), value))) return false
  }
  if (allowedParameters === undefined || allowedParameters.size === 0) return true
  const others = allowedParameters.has('*')
  return given.every(([name, value]) => {
    return allowedParameters.has(name) ? isListed(allowedParameters.get(name), value) : others
  })
}

function isListed (values: readonly ParameterValue[] | undefined, value: JsonValue): boolean {
  return values !== undefined && (values.length === 0 || values.some((listed) => fitsValue(listed, value)))
}

function fitsValue (listed: ParameterValue, value: JsonValue): boolean {
  return typeof listed === 'string' && typeof value === 'string' ? fitsGlob(listed, value) : isSame(listed, value)
}

/** A star at the beginning, at the end or at both; elsewhere it is an ordinary character, and so is a lone one. */
function fitsGlob (glob: string, text: string): boolean {
  if (glob.length < 2) return text === glob
  const open = glob.startsWith('*')
  if (open && glob.endsWith('*')) return text.includes(glob.slice(1, -1))
  if (open) return text.endsWith(glob.slice(1))
  return glob.endsWith('*') ? text.startsWith(glob.slice(0, -1)) : text === glob
}

function isSame (listed: ParameterValue, value: JsonValue): boolean {
  if (typeof listed !== 'object') return listed === value
  if (listed instanceof PolicyNumber) return false
  if (isParameterList(listed)) {
    return isList(value) && listed.length === value.length && listed.every((item, i) => isSame(item, value[i] ?? null))
  }
  if (!isMap(value)) return false
  const members = Object.entries(listed)
  return members.length === Object.keys(value).length &&
    members.every(([name, member]) => Object.hasOwn(value, name) && isSame(member, value[name] ?? null))
}

function isParameterList (listed: ParameterMap | readonly ParameterValue[]): listed is readonly ParameterValue[] {
  return Array.isArray(listed)
}

/**
 * The permissions of one pattern that two policies have: capabilities add up, deny wins and ends all conditions,
 * of wrapping limits the shorter counts, parameters add up.
 */
export function mergePermissions (first: Permissions, second: Permissions): Permissions {
  if (first.capabilities.has('deny')) return first
  if (second.capabilities.has('deny')) {
    return { ...first, capabilities: second.capabilities, allowedParameters: undefined, deniedParameters: undefined }
  }
  return {
    capabilities: new Set([...first.capabilities, ...second.capabilities]),
    allowedParameters: mergeParameters(first.allowedParameters, second.allowedParameters),
    deniedParameters: mergeParameters(first.deniedParameters, second.deniedParameters),
    requiredParameters: [...new Set([...first.requiredParameters, ...second.requiredParameters])],
    minWrappingTtlMs: shorter(first.minWrappingTtlMs, second.minWrappingTtlMs),
    maxWrappingTtlMs: shorter(first.maxWrappingTtlMs, second.maxWrappingTtlMs)
  }
}

function mergeParameters (first: Parameters | undefined, second: Parameters | undefined): Parameters | undefined {
  if (second === undefined || second.size === 0) return first
  if (first === undefined) return second
  const merged = new Map(first)
  for (const [name, values] of second) {
    const known = merged.get(name)
    merged.set(name, values.length === 0 || known?.length === 0 ? [] : [...values, ...known ?? []])
  }
  return merged
}

function shorter (first: number, second: number): number {
  if (first === 0 || second === 0) return first + second
  return Math.min(first, second)
}
