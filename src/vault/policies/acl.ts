// Decides what a token may do: its policies, merged and compiled once, then asked for each request.
import type { Storage } from '../../cluster/storage.js'
import { goMap } from '../../json/index.js'
import type { JsonObject } from '../../json/index.js'
import { identityOfToken } from '../identity.js'
import { policiesByStorage } from '../identity-policies.js'
import { memoize } from '../memo.js'
import { homeOf } from '../namespaces/homes.js'
import { namespaceIn } from '../namespaces/namespaces.js'
import type { Operation } from '../paths.js'
import { PatternTable } from './acl-patterns.js'
import { describePermissions } from './acl-view.js'
import { denialOf, mergePermissions } from './permissions.js'
import type { Capability, Denial, Permissions } from './permissions.js'
import { parsePolicy, policyNamed } from './policies.js'
import type { Policy } from './policies.js'
import { fillTemplates, NO_VALUES, templateValuesOf } from './policy-templates.js'
import type { TemplateValues } from './policy-templates.js'
import type { TokenEntry } from '../tokens/tokens.js'

/** What is to be allowed or not. */
export interface AclRequest {
  /** without `/v1/`; lists end with `/` */
  readonly path: string
  readonly operation: Operation
  readonly data: JsonObject
  readonly wrapTtlMs?: number | undefined
}

/** What an ACL says of a request. */
export interface Verdict {
  readonly allowed: boolean
  /** what root-protected paths need besides */
  readonly hasSudo: boolean
  readonly isRoot: boolean
  /** of the rule that decided, whether allowed or not; sorted */
  readonly capabilities: readonly string[]
  /** why it is not allowed */
  readonly reason?: Denial
}

const ROOT_VERDICT: Verdict = { allowed: true, hasSudo: true, isRoot: true, capabilities: ['root'] }
const NO_RULE: Verdict = { allowed: false, hasSudo: false, isRoot: false, capabilities: [], reason: 'no rule' }
const HELP_VERDICT: Verdict = { allowed: true, hasSudo: false, isRoot: false, capabilities: [] }
const LISTS: ReadonlySet<Operation> = new Set<Operation>(['list', 'scan'])

/** The compiled policies of a token. */
export class Acl {
  readonly #table: PatternTable
  readonly #isRoot: boolean
  readonly #names = new WeakMap<Permissions, readonly string[]>()
  /** the namespace that the paths asked about are relative to: `team/app/`; empty: the root */
  readonly #base: string
  /** by that namespace */
  readonly #within = new Map<string, Acl>()

  /** To be made by `buildAcl`. */
  constructor (table: PatternTable, isRoot: boolean, base = '') {
    this.#table = table
    this.#isRoot = isRoot
    this.#base = base
  }

  /** The same for paths that are relative to a namespace. */
  within (namespacePath: string): Acl {
    if (namespacePath === this.#base || this.#isRoot) return this
    let acl = this.#within.get(namespacePath)
    if (acl === undefined) this.#within.set(namespacePath, acl = new Acl(this.#table, this.#isRoot, namespacePath))
    return acl
  }

  /** Whether a request is allowed: by the most specific rule alone. Sudo is for the caller to ask for. */
  check ({ path, operation, data, wrapTtlMs }: AclRequest): Verdict {
    if (this.#isRoot) return ROOT_VERDICT
    if (operation === 'help') return HELP_VERDICT
    const permissions = this.#find(path, LISTS.has(operation))
    if (permissions === undefined) return NO_RULE
    const reason = denialOf(permissions, { operation, data, wrapTtlMs })
    return {
      allowed: reason === undefined,
      hasSudo: permissions.capabilities.has('sudo'),
      isRoot: false,
      capabilities: this.#sorted(permissions),
      ...(reason === undefined ? {} : { reason })
    }
  }

  /** Sorted; `["root"]` for root, `["deny"]` where nothing is allowed. Looked up as a list would be. */
  capabilities (path: string): readonly string[] {
    if (this.#isRoot) return ROOT_VERDICT.capabilities
    const permissions = this.#find(path, true)
    if (permissions === undefined || permissions.capabilities.size === 0) return ['deny']
    return this.#sorted(permissions)
  }

  /** Whether anything but deny is allowed at a mount or below it; the path ends with `/`. */
  hasAnyCapabilityBelow (mountPath: string): boolean {
    if (this.capabilities(mountPath)[0] !== 'deny') return true
    for (const { capabilities } of this.#table.below(this.#base + mountPath)) {
      if (capabilities.size > 0 && !capabilities.has('deny')) return true
    }
    return false
  }

  /** What `sys/internal/ui/resultant-acl` shows, from the root on; patterns with plus segments are not in it. */
  resultant (): JsonObject {
    if (this.#isRoot) return goMap({ root: true })
    const { exact, prefixes } = this.#table
    return goMap({ root: false, exact_paths: describePermissions(exact), glob_paths: describePermissions(prefixes) })
  }

  #find (path: string, isList: boolean): Permissions | undefined {
    return this.#table.find(this.#base + (path.startsWith('/') ? path.replace(/^\/+/, '') : path), isList)
  }

  #sorted (permissions: Permissions): readonly string[] {
    let names = this.#names.get(permissions)
    if (names === undefined) this.#names.set(permissions, names = [...permissions.capabilities].sort())
    return names
  }
}

/** Nothing is allowed. */
export const NO_ACL = new Acl(new PatternTable(new Map()), false)

/** A tuple of policies under some template values, with the ACL that follows from both; kept as long as all of them. */
class PolicyTuple {
  /** this tuple and one more policy */
  readonly with = memoize((policy: Policy) => new PolicyTuple(this.#values, [...this.#policies, policy]))
  readonly #values: TemplateValues
  readonly #policies: readonly Policy[]
  #acl: Acl | undefined

  constructor (values: TemplateValues, policies: readonly Policy[]) {
    this.#values = values
    this.#policies = policies
  }

  get acl (): Acl {
    this.#acl ??= compile(this.#policies, this.#values)
    return this.#acl
  }
}

const noPolicies = memoize((values: TemplateValues) => new PolicyTuple(values, []))

/**
 * The ACL of some policies: the same object for the same policies and template values.
 *
 * @param templateValues fills templates; a path whose template cannot be filled is dropped. By default none can.
 */
export function buildAcl (policies: readonly Policy[], templateValues: TemplateValues = NO_VALUES): Acl {
  const values = policies.some(({ templated }) => templated) ? templateValues : NO_VALUES
  return policies.reduce((tuple, policy) => tuple.with(policy), noPolicies(values)).acl
}

function compile (policies: readonly Policy[], values: TemplateValues): Acl {
  if (policies.some(({ name }) => name === 'root')) return new Acl(new PatternTable(new Map()), true)
  const rules = new Map<string, Permissions>()
  for (const { path, templated, permissions } of policies.flatMap((policy) => policy.rules)) {
    const pattern = templated ? filledPattern(path, values) : path
    if (pattern === undefined) continue
    const known = rules.get(pattern)
    rules.set(pattern, known === undefined ? permissions : mergePermissions(known, permissions))
  }
  return new Acl(new PatternTable(rules), false)
}

/** A value may bring a leading slash or a forbidden wildcard with it; the latter drops the path. */
function filledPattern (path: string, values: TemplateValues): string | undefined {
  const filled = fillTemplates(path, values)?.replace(/^\//, '')
  return filled?.includes('+*') === true ? undefined : filled
}

/**
 * The ACL of a token: its own policies, its entity's and groups'; names that stand for nothing are skipped.
 *
 * @param storage of the namespace that paths are to be relative to
 */
export function aclOfToken (
  storage: Storage, token: Pick<TokenEntry, 'policies' | 'entityId' | 'own' | 'namespaceId'>
): Acl {
  const home = homeOf(storage, token)
  const base = namespaceIn(storage).path
  if (token.own !== undefined) {
    return buildAcl([inNamespace(parsePolicy('', token.own.policy), namespaceIn(home).path)]).within(base)
  }
  const identity = identityOfToken(home, token.entityId)
  const policies: Policy[] = []
  for (const [each, ofIdentity] of policiesByStorage(home, identity)) {
    const names = new Set([...each === home ? token.policies : [], ...ofIdentity])
    for (const name of names) {
      const policy = policyNamed(each, name)
      if (policy !== undefined) policies.push(inNamespace(policy, namespaceIn(each).path))
    }
  }
  return buildAcl(policies, templateValuesOf(identity)).within(base)
}

/** A policy with its paths from the root on. */
function inNamespace (policy: Policy, path: string): Policy {
  return path === '' ? policy : placed(policy).at(path)
}

/** A policy in the namespaces that have it. */
class Placed {
  readonly #policy: Policy
  readonly #places = new Map<string, Policy>()

  constructor (policy: Policy) { this.#policy = policy }

  at (path: string): Policy {
    let found = this.#places.get(path)
    if (found === undefined) {
      const rules = this.#policy.rules.map((rule) => ({ ...rule, path: path + rule.path }))
      this.#places.set(path, found = { ...this.#policy, rules })
    }
    return found
  }
}

const placed = memoize((policy: Policy) => new Placed(policy))

export type { Capability }
