// An answer of the server as the real client keeps it: the envelope of a secret, or the bare members of what has none.
import { isObject, parseJson, type JsonObject, type JsonValue } from '../../json/index.js'

/** What `wrap_info` of an answer says. */
export interface WrapInfo {
  readonly token: string
  readonly accessor: string
  /** seconds */
  readonly ttl: number
  readonly creation_time: string
  readonly creation_path: string
  readonly wrapped_accessor: string
}

/** What `auth` of an answer says. */
export interface Auth {
  readonly client_token: string
  readonly accessor: string
  readonly policies: readonly string[] | null
  readonly token_policies: readonly string[] | null
  readonly identity_policies: readonly string[] | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly orphan: boolean
  readonly entity_id: string
  /** seconds */
  readonly lease_duration: number
  readonly renewable: boolean
  readonly mfa_requirement: JsonValue
}

/** Members in the order in which they are printed. */
export interface Secret {
  readonly request_id: string
  readonly lease_id: string
  /** seconds */
  readonly lease_duration: number
  readonly renewable: boolean
  readonly data: JsonObject | null
  readonly warnings: readonly string[] | null
  readonly auth: Auth | undefined
  readonly wrap_info: WrapInfo | undefined
  readonly mount_type: string | undefined
}

const MEMBERS = ['request_id', 'lease_id', 'lease_duration', 'renewable', 'data', 'warnings', 'auth', 'wrap_info', 'mount_type']

/**
 * @returns undefined for an empty answer, and for one that holds nothing but errors
 * @throws {JsonSyntaxError}
 */
export function readSecret (text: string): Secret | undefined {
  if (text === '') return undefined
  const answer = parseJson(text)
  if (!isObject(answer)) throw new Error(`json: cannot unmarshal ${nameOf(answer)} into Go value of type api.Secret`)
  if (MEMBERS.some((name) => !isEmpty(answer[name]))) return secretOf(answer)
  const { errors, ...rest } = answer
  if (errors !== undefined && Object.keys(rest).length > 0) throw new Error(textsOf(errors)?.join(' ') ?? '')
  return errors === undefined ? { ...secretOf({}), data: Object.keys(answer).length === 0 ? null : answer } : undefined
}

function secretOf (answer: JsonObject): Secret {
  const { auth, wrap_info: wrapInfo, data } = answer
  return {
    request_id: textOf(answer['request_id']),
    lease_id: textOf(answer['lease_id']),
    lease_duration: numberOf(answer['lease_duration']),
    renewable: answer['renewable'] === true,
    data: isObject(data) ? data : null,
    warnings: textsOf(answer['warnings']),
    auth: isObject(auth) ? authOf(auth) : undefined,
    wrap_info: isObject(wrapInfo) ? wrapInfoOf(wrapInfo) : undefined,
    mount_type: textOf(answer['mount_type']) || undefined
  }
}

function authOf (auth: JsonObject): Auth {
  return {
    client_token: textOf(auth['client_token']),
    accessor: textOf(auth['accessor']),
    policies: textsOf(auth['policies']),
    token_policies: textsOf(auth['token_policies']),
    identity_policies: textsOf(auth['identity_policies']),
    metadata: isObject(auth['metadata']) ? namedTexts(auth['metadata']) : null,
    orphan: auth['orphan'] === true,
    entity_id: textOf(auth['entity_id']),
    lease_duration: numberOf(auth['lease_duration']),
    renewable: auth['renewable'] === true,
    mfa_requirement: auth['mfa_requirement'] ?? null
  }
}

function wrapInfoOf (info: JsonObject): WrapInfo {
  return {
    token: textOf(info['token']),
    accessor: textOf(info['accessor']),
    ttl: numberOf(info['ttl']),
    creation_time: textOf(info['creation_time']),
    creation_path: textOf(info['creation_path']),
    wrapped_accessor: textOf(info['wrapped_accessor'])
  }
}

/** A secret with these data alone, as the real client makes it where the server's answer is none. */
export function madeSecret (data: JsonObject | null, auth?: Partial<Auth>): Secret {
  return { ...secretOf({}), data, auth: auth === undefined ? undefined : { ...authOf({}), ...auth } }
}

export function textOf (value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

export function numberOf (value: JsonValue | undefined): number {
  return typeof value === 'object' && value !== null && !isObject(value) ? Number(String(value)) : Number(value ?? 0)
}

export function textsOf (value: JsonValue | undefined): readonly string[] | null {
  return Array.isArray(value) ? value.map((each) => typeof each === 'string' ? each : String(each)) : null
}

export function namedTexts (value: JsonObject): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? each : String(each)])
  ))
}

/** What Go's decoder leaves as it was. */
function isEmpty (value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || value === 0 || value === false
}

function nameOf (value: JsonValue): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value
}
