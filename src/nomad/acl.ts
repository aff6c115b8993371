// A region's ACLs: tokens, policies, and what a token may do.
import { createHash } from 'node:crypto'
import { printJson } from '../json/index.js'
import type { RandomStream } from '../sim/random.js'
import { capabilitiesFor, rulesAllow } from './acl-capabilities.js'
import { parseRules, RulesError, type Level, type Resource } from './acl-rules.js'
import { badRequest, NomadError } from './nomad-error.js'
import type { AclPolicy, AclState, AclToken } from './region-state.js'
import { isUuid } from './uuid.js'

export type { AclPolicy, AclState, AclToken } from './region-state.js'

/** What a client may say of a token. */
export interface TokenFields {
  readonly name?: string
  readonly type?: string
  readonly policies?: readonly string[]
  readonly global?: boolean
  readonly ttlMs?: number
}

/** What an authenticated caller may do. */
export interface Permissions {
  readonly token: AclToken
  readonly management: boolean
  readonly allows: (resource: Resource, level: Level) => boolean
  /** whether any of these capabilities is granted in a namespace; of `*`, all of them, everybody sees their own */
  readonly allowsIn: (namespace: string, capabilities: readonly string[]) => boolean
  /** whether a namespace is shown in the list of them */
  readonly seesNamespace: (name: string) => boolean
  readonly seesNodePool: (name: string) => boolean
}

export interface AclOptions {
  readonly enabled: () => boolean
  readonly ids: RandomStream
  /** commits an entry and returns its index */
  readonly append: () => number
  readonly nowMs: () => number
}

/** Before the bootstrap. */
export const NO_ACL: AclState = { tokens: [], policies: [], resetIndex: 0, tokensIndex: 0, policiesIndex: 0 }

const NOBODY = { secretId: '', global: false, hash: '', createdAtMs: undefined, expiresAtMs: undefined, createIndex: 0, modifyIndex: 0 }
const ANONYMOUS: AclToken = { ...NOBODY, accessorId: 'anonymous', name: 'Anonymous Token', type: 'client', policies: ['anonymous'] }
/** Answers `token/self` while ACLs are off; all but the accessor is inferred. */
const DISABLED: AclToken = { ...NOBODY, accessorId: 'acls-disabled', name: 'ACLs disabled token', type: 'client', policies: ['anonymous'] }
const EVERYTHING = (token: AclToken): Permissions => {
  const yes = (): boolean => true
  return { token, management: true, allows: yes, allowsIn: yes, seesNamespace: yes, seesNodePool: yes }
}

/** Tokens and policies of a region. */
export class Acl {
  readonly #options: AclOptions
  #state: AclState = NO_ACL

  constructor (options: AclOptions) {
    this.#options = options
  }

  get state (): AclState { return this.#state }

  restore (state: AclState): void { this.#state = state }

  get enabled (): boolean { return this.#options.enabled() }
  /** the last entry that changed tokens, and policies */
  get tokensIndex (): number { return this.#state.tokensIndex }
  get policiesIndex (): number { return this.#state.policiesIndex }

  get tokens (): readonly AclToken[] { return this.#state.tokens.filter((token) => !this.#isExpired(token)) }
  get policies (): readonly AclPolicy[] { return this.#state.policies.toSorted((a, b) => a.name < b.name ? -1 : 1) }

  policy (name: string): AclPolicy | undefined { return this.#state.policies.find((policy) => policy.name === name) }

  token (accessorId: string): AclToken | undefined {
    return this.tokens.find((token) => token.accessorId === accessorId)
  }

  /** What the bearer of a secret may do; nothing is forbidden while ACLs are off, undefined is an unknown token. */
  resolve (secretId: string): Permissions | undefined {
    if (!this.enabled) return EVERYTHING(DISABLED)
    const token = secretId === '' ? ANONYMOUS : this.tokens.find((each) => each.secretId === secretId)
    if (token === undefined) return undefined
    if (token.type === 'management') return EVERYTHING(token)
    return permissionsOf(token, token.policies.flatMap((name) => this.policy(name) ?? []))
  }

  /**
   * The first management token.
   *
   * @param secretId chosen by the operator; drawn if absent
   * @throws {NomadError} 400 where there was one already, or for a secret that is no UUID
   */
  bootstrap (secretId?: string): AclToken {
    this.checkBootstrap()
    if (secretId !== undefined && !isUuid(secretId)) throw badRequest('invalid acl token')
    const token = this.#store({ name: 'Bootstrap Token', type: 'management', global: true }, secretId)
    this.#change({ resetIndex: token.createIndex })
    return token
  }

  /** @throws {NomadError} 400 where the first token has been made */
  checkBootstrap (): void {
    const { resetIndex } = this.#state
    if (resetIndex !== 0) throw badRequest(`ACL bootstrap already done (reset index: ${resetIndex})`)
  }

  /** @throws {NomadError} 400 with all that is wrong */
  createToken (fields: TokenFields): AclToken {
    checkToken(fields)
    return this.#store(fields)
  }

  /** @throws {NomadError} 400 with all that is wrong, 404 for an unknown accessor */
  updateToken (accessorId: string, { name, type, policies, global }: TokenFields): AclToken {
    const before = this.token(accessorId)
    // inferred
    if (before === undefined) throw new NomadError('ACL token not found', 404)
    const fields = { name: name ?? '', type: type ?? before.type, policies: policies ?? [], global: global ?? false }
    checkToken(fields)
    const tokensIndex = this.#options.append()
    const token = { ...before, ...fields, hash: hashOf(fields), modifyIndex: tokensIndex }
    const tokens = this.#state.tokens.map((other) => other.accessorId === accessorId ? token : other)
    this.#change({ tokens, tokensIndex })
    return token
  }

  /** @throws {NomadError} 400 for an unknown accessor */
  deleteToken (accessorId: string): void {
    if (this.token(accessorId) === undefined) throw badRequest(`Cannot delete nonexistent tokens: ${accessorId}`)
    const tokensIndex = this.#options.append()
    this.#change({ tokens: this.#state.tokens.filter((token) => token.accessorId !== accessorId), tokensIndex })
  }

  /** @throws {NomadError} 400 with all that is wrong */
  putPolicy ({ name, description, rules }: Pick<AclPolicy, 'name' | 'description' | 'rules'>): void {
    checkPolicy({ name, description, rules })
    const index = this.#options.append()
    const createIndex = this.policy(name)?.createIndex ?? index
    const hash = hashOf({ name, description, rules })
    const policy: AclPolicy = { name, description, rules, hash, createIndex, modifyIndex: index }
    this.#change({ policies: [...this.#policiesBut(name), policy], policiesIndex: index })
  }

  /** A missing one is deleted, too. */
  deletePolicy (name: string): void {
    const policiesIndex = this.#options.append()
    this.#change({ policies: this.#policiesBut(name), policiesIndex })
  }

  #change (change: Partial<AclState>): void {
    this.#state = { ...this.#state, ...change }
  }

  #policiesBut (name: string): readonly AclPolicy[] {
    return this.#state.policies.filter((policy) => policy.name !== name)
  }

  #store ({ name = '', type = '', policies = [], global = false, ttlMs = 0 }: TokenFields, secretId?: string): AclToken {
    const { ids, append, nowMs } = this.#options
    const createdAtMs = nowMs()
    const index = append()
    const token = {
      accessorId: ids.uuid(),
      secretId: secretId ?? ids.uuid(),
      name,
      type,
      policies,
      global,
      hash: hashOf({ name, type, policies, global }),
      createdAtMs,
      expiresAtMs: ttlMs === 0 ? undefined : createdAtMs + ttlMs,
      createIndex: index,
      modifyIndex: index
    }
    this.#change({ tokens: [...this.#state.tokens, token], tokensIndex: index })
    return token
  }

  #isExpired ({ expiresAtMs }: AclToken): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#options.nowMs()
  }
}

function permissionsOf (token: AclToken, policies: readonly AclPolicy[]): Permissions {
  const rules = policies.map((policy) => parseRules(policy.rules))
  const namespaces = rules.flatMap((each) => each.namespaces)
  const nodePools = rules.flatMap((each) => each.nodePools)
  return {
    token,
    management: false,
    allows: (resource, level) => rulesAllow(rules, resource, level),
    allowsIn (namespace, capabilities) {
      const granted = capabilitiesFor(namespaces, namespace)
      return namespace === '*' || capabilities.some((capability) => granted.has(capability))
    },
    seesNamespace: (name) => capabilitiesFor(namespaces, name).size > 0,
    seesNodePool: (name) => capabilitiesFor(nodePools, name).has('read')
  }
}

/** The words of `ACLPolicy.Validate`. */
function checkPolicy ({ name, description, rules }: Pick<AclPolicy, 'name' | 'description' | 'rules'>): void {
  const wrong: string[] = []
  if (!/^[a-zA-Z0-9-]{1,128}$/.test(name)) wrong.push(`invalid name '${name}'`)
  try {
    parseRules(rules)
  } catch (error) {
    if (!(error instanceof RulesError)) throw error
    wrong.push(`failed to parse rules: ${error.message}`)
  }
  if (Buffer.byteLength(description) > 256) wrong.push('description longer than 256')
  if (wrong.length > 0) throw badRequest(`policy 0 invalid: ${multiError(wrong)}`)
}

function checkToken ({ name = '', type = '', policies = [], ttlMs = 0 }: TokenFields): void {
  const wrong: string[] = []
  if (name.length > 256) wrong.push('token name too long')
  if (type === 'client' && policies.length === 0) wrong.push('client token missing policies or roles')
  if (type === 'management' && policies.length > 0) wrong.push('management token cannot be associated with policies or roles')
  if (type !== 'client' && type !== 'management') wrong.push('token type must be client or management')
  if (ttlMs < 0) wrong.push('token expiration TTL should not be negative')
  if (wrong.length > 0) throw badRequest(`token 0 invalid: ${multiError(wrong)}`)
}

/** Go's multierror. */
function multiError (problems: readonly string[]): string {
  const heading = problems.length === 1 ? '1 error' : `${problems.length} errors`
  return `${heading} occurred:\n${problems.map((problem) => `\t* ${problem}\n`).join('')}\n`
}

/** Changes with what it is of; not Nomad's own function. */
function hashOf (fields: Readonly<Record<string, string | boolean | readonly string[]>>): string {
  return createHash('sha256').update(printJson(fields)).digest('base64')
}
