// auth/token/create and its kin: a token made by another token.
import { invalid } from '../../refusal/index.js'
import { entityOfAlias } from '../../vault/identity.js'
import { homeOf } from '../../vault/namespaces/homes.js'
import { ROOT } from '../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import { policyExists } from '../../vault/policies/policies.js'
import { roleOf, type TokenRole } from '../../vault/tokens/token-roles.js'
import { createToken, type TokenEntry, type TokenSpec } from '../../vault/tokens/tokens.js'
import { createFields, typeToCreate, type CreateFields } from './create-fields.js'
import { policiesToGrant } from './create-policies.js'
import { parseCreateTtls, ttlsToGrant, type CreateTtls, type GrantedTtls } from './create-ttls.js'

const CUSTOM_ID_WARNING = 'Supplying a custom ID for the token uses the weaker SHA1 hashing ' +
  'instead of the more secure SHA2-256 HMAC for token obfuscation. ' +
  'SHA1 hashed tokens on the wire leads to less secure lookups.'

type CreateCall = Call<CreateFields>

/** What is known once the caller's wishes have been checked. */
interface Wish {
  readonly call: CreateCall
  readonly parent: TokenEntry
  readonly role: TokenRole | undefined
  readonly isSudo: boolean
  /** of another namespace than the token to be */
  readonly isFromAbove: boolean
  readonly orphan: boolean
}

export const createPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/token#create-token', [
  definePath({
    path: 'create-orphan',
    summary: 'Creates a token without a parent.',
    fields: createFields,
    operations: { update: (call) => create(call, undefined, true) }
  }),
  definePath({
    path: 'create/:role_name',
    summary: 'Creates a token by a role.',
    fields: createFields,
    operations: { update: createByRole }
  }),
  definePath({
    path: 'create',
    summary: 'Creates a token, a child of the one in use.',
    fields: createFields,
    operations: { update: (call) => create(call, undefined, false) }
  })
])

function createByRole (call: CreateCall): LogicalResponse {
  const name = call.params.role_name ?? ''
  const role = roleOf(call.storage, name)
  if (role === undefined) throw invalid(`unknown role ${name}`)
  return create(call, role, false)
}

function create (call: CreateCall, role: TokenRole | undefined, orphan: boolean): LogicalResponse {
  const parent = parentOf(call)
  const isSudo = call.acl.check({ path: call.request.path, operation: 'update', data: call.request.data }).hasSudo
  const isFromAbove = homeOf(call.storage, parent) !== call.storage
  const wish: Wish = { call, parent, role, isSudo, isFromAbove, orphan }
  refuseWithoutSudo(wish)
  const { spec, warnings } = specOf(wish)
  const entry = createToken(call, spec)
  const missing = entry.policies.filter((name) => !policyExists(call.storage, name))
  return {
    auth: { clientToken: entry.id, entry, leaseDurationSeconds: entry.creationTtlSeconds },
    warnings: [...warnings, ...missing.map((name) => `Policy "${name}" does not exist`)]
  }
}

function parentOf (call: CreateCall): TokenEntry {
  const parent = call.token
  if (parent === undefined) throw invalid('parent token lookup failed: no parent found')
  if (parent.type === 'batch') throw invalid('batch tokens cannot create more tokens')
  if (parent.numUses > 0) throw invalid('restricted use token cannot generate child tokens')
  if ((call.fields.num_uses ?? 0) < 0) throw invalid('number of uses cannot be negative')
  return parent
}

function refuseWithoutSudo ({ call: { fields, namespace }, role, isSudo, isFromAbove }: Wish): void {
  const id = fields.id ?? ''
  if (isFromAbove && !isSudo) {
    throw invalid('root or sudo privileges required to directly generate a token in a child namespace')
  }
  if (id !== '' && namespace !== ROOT) throw invalid('token IDs can only be manually specified in the root namespace')
  if (id !== '' && !isSudo) throw invalid('root or sudo privileges required to specify token id')
  if (id.startsWith('s.') || id.startsWith('hvs.')) throw invalid("custom token ID cannot have the 's.' prefix")
  if (id.includes('.')) throw invalid("custom token ID cannot have a '.' in the value")
  if (role === undefined && fields.no_parent === true && !isSudo) {
    throw invalid('root or sudo privileges required to create orphan token')
  }
}

/** The order of the checks is Vault's (`token_store.go`, handleCreateCommon). */
function specOf (wish: Wish): { spec: TokenSpec, warnings: readonly string[] } {
  const { call: { fields, nowMs, mount, cluster }, parent, role } = wish
  const type = typeToCreate(fields, role)
  const policies = policiesOf(wish, type)
  const isRoot = policies.includes('root')
  const allowed = effectiveTtls(mount, cluster.leaseTtls)
  const granted = ttlsToGrant({ asked: ttlsAskedFor(wish), type, isRoot, role, allowed, nowMs })
  if (granted.spec.ttlSeconds === 0 && parent.expiresAtMs !== 0) {
    throw invalid('expiring root tokens cannot create non-expiring root tokens')
  }
  return {
    spec: { ...describe(wish), type, policies, ...granted.spec },
    warnings: (fields.id ?? '') === '' ? granted.warnings : [...granted.warnings, CUSTOM_ID_WARNING]
  }
}

function policiesOf (wish: Wish, type: 'service' | 'batch'): string[] {
  const policies = policiesToGrant(wish.call.fields, wish.parent, wish.role, wish)
  if (type === 'batch' && policies.includes('root')) throw invalid('batch tokens cannot be root tokens')
  return policies
}

function ttlsAskedFor ({ call: { fields }, isSudo }: Wish): CreateTtls {
  const asked = parseCreateTtls(fields)
  if (asked.periodSeconds > 0 && !isSudo) throw invalid('root or sudo privileges required to create periodic token')
  return asked
}

/** What has nothing to do with policies and time. */
function describe (wish: Wish): Omit<TokenSpec, 'type' | 'policies' | keyof GrantedTtls['spec']> {
  const { call: { fields, request }, parent, role } = wish
  const isOrphan = wish.orphan || (role === undefined ? fields.no_parent === true : role.orphan)
  const suffix = role === undefined || role.pathSuffix === '' ? '' : `/${role.pathSuffix}`
  return {
    ...(fields.id === undefined || fields.id === '' ? {} : { id: fields.id }),
    parent: isOrphan ? '' : parent.id,
    path: request.path + suffix,
    displayName: displayNameOf(fields.display_name),
    meta: fields.meta ?? null,
    numUses: usesOf(fields.num_uses ?? 0, role?.numUses ?? 0),
    renewable: fields.renewable !== false && role?.renewable !== false,
    entityId: entityIdOf(wish, isOrphan),
    role: role?.name ?? '',
    boundCidrs: role?.boundCidrs ?? []
  }
}

function entityIdOf ({ call, parent, role }: Wish, isOrphan: boolean): string {
  const alias = call.fields.entity_alias ?? ''
  if (alias === '') return isOrphan ? '' : parent.entityId
  if (role === undefined) throw invalid("'entity_alias' is only allowed in combination with token role")
  if (!(role.allowedEntityAliases ?? []).includes(alias.toLowerCase())) throw invalid("invalid 'entity_alias' value")
  return entityOfAlias(call, call.mount, alias).id
}

function usesOf (asked: number, ofRole: number): number {
  return ofRole > 0 && (asked === 0 || ofRole < asked) ? ofRole : asked
}

function displayNameOf (given = ''): string {
  return given === '' ? 'token' : `token-${given}`.replace(/[^a-zA-Z0-9-]/g, '-').replace(/-$/, '')
}
