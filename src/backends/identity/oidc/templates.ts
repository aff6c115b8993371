// Templates of claims: JSON in which `{{identity.entity.name}}` and the like stand for values.
import { GoError, goQuote } from '../../../go/values.js'
import { decodedBase64 } from '../../../go/base64.js'
import { parseDurationSeconds } from '../../../go/durations.js'
import { goMap, isObject, JsonSyntaxError, parseJson, printJson, type JsonObject } from '../../../json/index.js'
import { invalid } from '../../../refusal/index.js'
import type { Alias, Entity } from '../../../vault/identity.js'
import type { Group } from '../../../vault/identity-groups.js'

/** Whom a template is filled for. */
export interface Subject {
  readonly entity: Pick<Entity, 'id' | 'name' | 'metadata' | 'aliases'>
  readonly groups: readonly Group[]
  readonly nowMs: number
}

/** A template that cannot be filled, in the words of `identitytpl`. */
class TemplateError extends Error {
  override readonly name = 'TemplateError'
}

/** In the order in which refusals list them. */
const RESERVED = ['iat', 'aud', 'exp', 'iss', 'sub', 'namespace', 'nonce', 'auth_time', 'at_hash', 'c_hash']
const NOT_FOUND = 'no value could be found for one of the template directives'
const NOBODY = { entity: { id: '', name: '', metadata: null, aliases: [] }, groups: [] }

/**
 * A template as it is stored: taken out of base64 where that works, and good for everybody.
 *
 * @throws {VaultError} `invalid`: `error parsing template: …`
 */
export function checkedTemplate (given: string, nowMs: number): string {
  const template = decodedBase64(given)?.toString('utf8') ?? given
  if (template !== '') claimsOfNobody(template, nowMs)
  return template
}

/** The names of the claims that a template makes. */
export function claimNames (template: string, nowMs: number): readonly string[] {
  return template === '' ? [] : Object.keys(claimsOfNobody(template, nowMs))
}

/** What a template says of somebody; nothing where it fails, which is no reason to refuse a token. */
export function claimsOf (template: string, subject: Subject): JsonObject {
  try {
    const claims = parsed(filled(template, subject))
    return goMap(Object.fromEntries(Object.entries(claims).filter(([name]) => !RESERVED.includes(name))))
  } catch (error) {
    if (error instanceof TemplateError || error instanceof JsonSyntaxError) return goMap()
    throw error
  }
}

function claimsOfNobody (template: string, nowMs: number): JsonObject {
  try {
    const claims = parsed(filledForNobody(template, nowMs))
    const reserved = Object.keys(claims).find((name) => RESERVED.includes(name))
    if (reserved === undefined) return claims
    throw invalid(`top level key ${goQuote(reserved)} not allowed. Restricted keys: ${RESERVED.join(', ')}`)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw invalid(`error parsing template JSON: ${error.message}`)
  }
}

function filledForNobody (template: string, nowMs: number): string {
  try {
    return filled(template, { ...NOBODY, nowMs })
  } catch (error) {
    throw error instanceof TemplateError ? invalid(`error parsing template: ${error.message}`) : error
  }
}

/** An object, in the words of `json.Unmarshal` where it is none. */
function parsed (text: string): JsonObject {
  const value = readJson(text)
  if (isObject(value)) return value
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  if (value === null) return goMap()
  throw new JsonSyntaxError(`json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`)
}

function readJson (text: string): ReturnType<typeof parseJson> {
  try {
    return parseJson(text)
  } catch (error) {
    const isCutOff = error instanceof JsonSyntaxError && /^(?:unexpected )?EOF$/.test(error.message)
    throw isCutOff ? new JsonSyntaxError('unexpected end of JSON input') : error
  }
}

function filled (template: string, subject: Subject): string {
  const [head = '', ...rest] = template.split('{{')
  if (head.includes('}}')) throw new TemplateError('unbalanced templating characters')
  return head + rest.map((piece) => {
    const [directive = '', tail, ...more] = piece.split('}}')
    if (tail === undefined || more.length > 0) throw new TemplateError('unbalanced templating characters')
    return valueOf(directive.trim(), subject) + tail
  }).join('')
}

/** As JSON, but for groups and instants, which stand as they are. */
function valueOf (directive: string, subject: Subject): string {
  const ofEntity = after(directive, 'identity.entity.')
  if (ofEntity !== undefined) return ofEntityValue(ofEntity, subject)
  const ofGroups = after(directive, 'identity.groups.')
  if (ofGroups !== undefined) return groupValue(ofGroups, subject.groups)
  const time = after(directive, 'time.')
  if (time !== undefined) return timeValue(time, subject.nowMs)
  throw new TemplateError(NOT_FOUND)
}

function ofEntityValue (part: string, { entity, groups }: Subject): string {
  if (part === 'id' || part === 'name') return goQuote(entity[part])
  if (part === 'groups.names') return listed(groups.map(({ name }) => name))
  if (part === 'groups.ids') return listed(groups.map(({ id }) => id))
  const ofAlias = after(part, 'aliases.')
  if (ofAlias !== undefined) return aliasValue(ofAlias, entity.aliases)
  return metadataValue(part, 'metadata', entity.metadata) ?? unknown()
}

function aliasValue (part: string, aliases: readonly Alias[]): string {
  const dot = part.indexOf('.')
  if (dot < 0) throw new TemplateError('invalid alias selector')
  const [accessor, member] = [part.slice(0, dot), part.slice(dot + 1)]
  const alias = aliases.find(({ mountAccessor }) => mountAccessor === accessor)
  if (member === 'id' || member === 'name') return goQuote(alias?.[member] ?? '')
  return metadataValue(member, 'metadata', alias?.metadata ?? null) ??
    metadataValue(member, 'custom_metadata', alias?.customMetadata ?? null) ?? unknown()
}

/** All of it, or one of its texts, which is empty where there is none. */
function metadataValue (part: string, name: string, metadata: JsonObject | null): string | undefined {
  if (part === name) return printJson(goMap(metadata ?? {}))
  const key = after(part, `${name}.`)
  return key === undefined ? undefined : goQuote(textOf(metadata, key) ?? '')
}

function groupValue (part: string, groups: readonly Group[]): string {
  if (groups.length === 0) {
    throw new TemplateError('string contains groups template directives but no groups were provided')
  }
  const [, by, rest = ''] = /^(ids|names)\.(.*)$/s.exec(part) ?? []
  if (by === undefined) throw new TemplateError('invalid groups selector')
  const [, accessor = '', member = ''] = /^([^.]*)\.(.*)$/s.exec(rest) ?? []
  if (!rest.includes('.')) throw new TemplateError('invalid groups accessor')
  const group = groups.find(({ id, name }) => accessor === (by === 'ids' ? id : name))
  if (group === undefined) throw new TemplateError(`entity is not a member of group ${goQuote(accessor)}`)
  if (member === 'id' || member === 'name') return group[member]
  const key = after(member, 'metadata.')
  return (key === undefined ? undefined : textOf(group.metadata, key)) ?? unknown()
}

/** Seconds since 1970: `now`, `now.plus.1h`, `now.minus.90s`. */
function timeValue (part: string, nowMs: number): string {
  const [selector = '', operator, ...rest] = part.split('.')
  if (selector !== 'now') throw new TemplateError(`invalid time selector ${goQuote(selector)}`)
  const nowSeconds = Math.floor(nowMs / 1000)
  if (operator === undefined) return String(nowSeconds)
  if (rest.length === 0) throw new TemplateError('missing time operand')
  const seconds = durationOf(rest.join('.'))
  if (operator === 'plus') return String(nowSeconds + seconds)
  if (operator === 'minus') return String(nowSeconds - seconds)
  throw new TemplateError(`invalid time operator ${goQuote(operator)}`)
}

function durationOf (text: string): number {
  try {
    return parseDurationSeconds(text)
  } catch (error) {
    throw error instanceof GoError ? new TemplateError(`invalid duration: ${error.message}`) : error
  }
}

/** Go prints a list that was never made as null. */
function listed (texts: readonly string[]): string {
  return texts.length === 0 ? 'null' : printJson(texts)
}

function textOf (metadata: JsonObject | null, key: string): string | undefined {
  const value = metadata !== null && Object.hasOwn(metadata, key) ? metadata[key] : undefined
  return typeof value === 'string' ? value : undefined
}

function unknown (): never {
  throw new TemplateError(NOT_FOUND)
}

function after (text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined
}
