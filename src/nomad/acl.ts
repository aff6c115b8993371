// A region's ACLs: tokens, policies, and what a token may do.
import { createHash } from 'node:crypto'
import { printJson } from '../json/index.js'
import type { RandomStream } from '../sim/random.js'
import { parseRules, rulesAllow, type Level, type Resource } from './acl-rules.js'
import { badRequest, NomadError } from './nomad-error.js'
import { isUuid } from './uuid.js'

export interface AclToken {
  readonly accessorId: string
  readonly secretId: string
  readonly name: string
  readonly type: string
  readonly policies: readonly string[]
  readonly global: boolean
  /** base64 */
  readonly hash: string
  /** milliseconds since the epoch; undefined for the two that stand for no token */
  readonly createdAtMs: number | undefined
  readonly expiresAtMs: number | undefined
  readonly createIndex: number
  readonly modifyIndex: number
}

export interface AclPolicy {
  readonly name: string
  readonly description: string
  readonly rules: string
  /** base64 */
  readonly hash: string
  readonly createIndex: number
  readonly modifyIndex: number
}

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
}

export interface AclOptions {
  readonly enabled: boolean
  readonly ids: RandomStream
  /** commits an entry and returns its index */
  readonly append: () => number
  readonly nowMs: () => number
}

/** Plain JSON: it is saved with the region. */
export type AclState = {
  readonly tokens: readonly AclToken[]
  readonly policies: readonly AclPolicy[]
  readonly resetIndex: number
  readonly tokensIndex: number
  readonly policiesIndex: number
}

const NOBODY = { secretId: '', global: false, hash: '', createdAtMs: undefined, expiresAtMs: undefined, createIndex: 0, modifyIndex: 0 }
const ANONYMOUS: AclToken = { ...NOBODY, accessorId: 'anonymous', name: 'Anonymous Token', type: 'client', policies: ['anonymous'] }
/** Answers `token/self` while ACLs are off; all but the accessor is inferred. */
const DISABLED: AclToken = { ...NOBODY, accessorId: 'acls-disabled', name: 'ACLs disabled token', type: 'client', policies: ['anonymous'] }
const EVERYTHING = (token: AclToken): Permissions => ({ token, management: true, allows: () => true })

export class Acl {
  readonly enabled: boolean
  readonly #options: AclOptions
  /** by accessor */
  readonly #tokens = new Map<string, AclToken>()
  readonly #policies = new Map<string, AclPolicy>()
  /** the entry of the bootstrap; 0 before it */
  #resetIndex = 0
  /** the last entry that changed tokens, and policies */
  tokensIndex = 0
  policiesIndex = 0

  constructor (options: AclOptions) {
    this.#options = options
    this.enabled = options.enabled
  }

  get tokens (): readonly AclToken[] { return [...this.#tokens.values()].filter((token) => !this.#isExpired(token)) }
  get policies (): readonly AclPolicy[] { return [...this.#policies.values()].sort((a, b) => a.name < b.name ? -1 : 1) }

  policy (name: string): AclPolicy | undefined { return this.#policies.get(name) }

  token (accessorId: string): AclToken | undefined {
    const token = this.#tokens.get(accessorId)
    return token === undefined || this.#isExpired(token) ? undefined : token
  }

  /** What the bearer of a secret may do; nothing is forbidden while ACLs are off, undefined is an unknown token. */
  resolve (secretId: string): Permissions | undefined {
    if (!this.enabled) return EVERYTHING(DISABLED)
    const token = secretId === '' ? ANONYMOUS : this.tokens.find((each) => each.secretId === secretId)
    if (token === undefined) return undefined
    if (token.type === 'management') return EVERYTHING(token)
    const rules = token.policies.flatMap((name) => this.#policies.get(name) ?? []).map((policy) => parseRules(policy.rules))
    return { token, management: false, allows: (resource, level) => rulesAllow(rules, resource, level) }
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
    this.#resetIndex = token.createIndex
    return token
  }

  /** @throws {NomadError} 400 where the first token has been made */
  checkBootstrap (): void {
    if (this.#resetIndex !== 0) throw badRequest(`ACL bootstrap already done (reset index: ${this.#resetIndex})`)
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
    const token = { ...before, ...fields, hash: hashOf(fields), modifyIndex: this.tokensIndex = this.#options.append() }
    this.#tokens.set(accessorId, token)
    return token
  }

  /** @throws {NomadError} 400 for an unknown accessor */
  deleteToken (accessorId: string): void {
    if (this.token(accessorId) === undefined) throw badRequest(`Cannot delete nonexistent tokens: ${accessorId}`)
    this.tokensIndex = this.#options.append()
    this.#tokens.delete(accessorId)
  }

  putPolicy ({ name, description, rules }: Pick<AclPolicy, 'name' | 'description' | 'rules'>): void {
    const index = this.policiesIndex = this.#options.append()
    this.#policies.set(name, { name, description, rules, hash: hashOf({ name, description, rules }), createIndex: this.#policies.get(name)?.createIndex ?? index, modifyIndex: index })
  }

  /** A missing one is deleted, too. */
  deletePolicy (name: string): void {
    this.policiesIndex = this.#options.append()
    this.#policies.delete(name)
  }

  save (): AclState {
    return {
      tokens: [...this.#tokens.values()].map((token) => ({ ...token })),
      policies: this.policies.map((policy) => ({ ...policy })),
      resetIndex: this.#resetIndex,
      tokensIndex: this.tokensIndex,
      policiesIndex: this.policiesIndex
    }
  }

  load ({ tokens, policies, resetIndex, tokensIndex, policiesIndex }: AclState): void {
    this.#tokens.clear()
    this.#policies.clear()
    for (const token of tokens) this.#tokens.set(token.accessorId, { ...token })
    for (const policy of policies) this.#policies.set(policy.name, { ...policy })
    this.#resetIndex = resetIndex
    this.tokensIndex = tokensIndex
    this.policiesIndex = policiesIndex
  }

  #store ({ name = '', type = '', policies = [], global = false, ttlMs = 0 }: TokenFields, secretId?: string): AclToken {
    const { ids, append, nowMs } = this.#options
    const createdAtMs = nowMs()
    const index = this.tokensIndex = append()
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
    this.#tokens.set(token.accessorId, token)
    return token
  }

  #isExpired ({ expiresAtMs }: AclToken): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#options.nowMs()
  }
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
