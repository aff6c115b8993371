// The map of what the vault layer stores: every path of it stands here, with its type and nothing else.
import type { Area, Storage } from '../cluster/storage.js'
import type { JsonObject, JsonValue } from '../json/index.js'
import type { AuditDevice } from './audit-devices.js'
import type { CorsConfig } from './cors-config.js'
import type { Entity } from './identity.js'
import type { Group } from './identity-groups.js'
import type { MfaAttempts, MfaEnforcement, MfaMethod, PendingLogin } from './login-mfa.js'
import type { Namespace } from './namespaces/namespaces.js'
import type { Migration } from './mounts/mount-changes.js'
import type { MountEntry, MountTable } from './mounts/mounts.js'
import type { StoredPasswordPolicy } from './policies/password-policies.js'
import type { StoredPolicy } from './policies/policies.js'
import type { TokenRole } from './tokens/token-roles.js'
import type { TokenEntry } from './tokens/tokens.js'
import type { WrappingKey } from './wrapping/wrapping-jwt.js'

/** A secret that was given out for a while. */
export type SecretLease = JsonObject & {
  /** of the request that gave it out */
  readonly path: string
  /** with which it ends; empty: with none */
  readonly tokenId: string
  /** what the engine needs to renew or to revoke it */
  readonly internal: JsonObject
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** 0: never renewed */
  readonly lastRenewalAtMs: number
  readonly renewable: boolean
  /** what it had at first */
  readonly ttlSeconds: number
  /** the engine's own limit from the issue on; 0: the mount's alone */
  readonly maxTtlSeconds: number
  readonly failedRevocations: number
  /** once nobody tries any more: why the last attempt failed */
  readonly revocationError?: string
}

/** A typed window on one entry. */
export interface Entry<T extends JsonValue> {
  readonly get: () => T | undefined
  readonly put: (value: T) => void
  /** @returns whether there was something */
  readonly delete: () => boolean
}

/** Gives the window on a folder of some storage. */
type Folder<T extends JsonValue> = (storage: Storage) => Area<T>

type Whose = 'replicated' | 'local'

function folder<T extends JsonValue> (prefix: string): Folder<T> {
  return (storage) => storage.area<T>(prefix)
}

/** The same for what lies in one place, whosever namespace it is of. */
function commonFolder<T extends JsonValue> (prefix: string): Folder<T> {
  return ({ whole }) => whole.area<T>(prefix)
}

function entry<T extends JsonValue> (path: string): (storage: Storage) => Entry<T> {
  const slash = path.lastIndexOf('/') + 1
  const within = folder<T>(path.slice(0, slash))
  const name = path.slice(slash)
  return (storage) => {
    const area = within(storage)
    return { get: () => area.get(name), put: (value) => { area.put(name, value) }, delete: () => area.delete(name) }
  }
}

/**
 * Folders and entries by what they hold; the keys in a folder are named beside it. Tokens lie together, whatever
 * namespace they are of: their ids tell.
 */
export const stored = {
  /** by id */
  tokens: commonFolder<TokenEntry>('local/token/'),
  /** leases of secrets, by id; those of tokens follow from the tokens */
  leases: folder<SecretLease>('local/lease/'),
  /** `<token>/<lease>`, both ids as path segments: what ends with a token */
  tokenLeases: commonFolder<true>('local/token-lease/'),
  /** `<instant>/<kind>/<name>`: see `deadlines.ts` */
  deadlines: commonFolder<true>('local/expiry/'),
  /** `<token's id as path segment>/<path>` */
  cubbyholes: folder<JsonValue>('local/cubbyhole/'),
  /** by name */
  tokenRoles: folder<TokenRole>('replicated/token-role/'),
  /** by id */
  entities: folder<Entity>('replicated/identity/entity/'),
  /** ids of entities, by name in lower case */
  entityNames: folder<string>('replicated/identity/entity-name/'),
  /** ids of entities, by `<mount's accessor>/<alias's name in lower case>` */
  entityAliases: folder<string>('replicated/identity/alias/'),
  /** ids of groups, by the id of an entity in them */
  entityGroups: folder<readonly string[]>('replicated/identity/entity-groups/'),
  /** by id */
  groups: folder<Group>('replicated/identity/group/'),
  /** ids of groups, by name in lower case */
  groupNames: folder<string>('replicated/identity/group-name/'),
  /** ids of groups, by `<mount's accessor>/<alias's name in lower case>` */
  groupAliases: folder<string>('replicated/identity/group-alias/'),
  /** ids of groups, by their alias's */
  groupAliasIds: folder<string>('replicated/identity/group-alias-id/'),
  /** ids of groups, by the group that they are in */
  memberGroups: folder<readonly string[]>('replicated/identity/member-groups/'),
  /** by id */
  mfaMethods: folder<MfaMethod>('replicated/identity/mfa-method/'),
  /** by name */
  mfaEnforcements: folder<MfaEnforcement>('replicated/identity/mfa-enforcement/'),
  /** by the id that their second half names */
  pendingLogins: folder<PendingLogin>('local/mfa/login/'),
  /** when passcodes that were used are forgotten, by `<method's id>/<passcode>` */
  usedPasscodes: folder<number>('local/mfa/used/'),
  /** by `<method's id>/<entity's id>` */
  mfaAttempts: folder<MfaAttempts>('local/mfa/attempts/'),
  /** by name */
  policies: folder<StoredPolicy>('replicated/policy/'),
  /** by name */
  passwordPolicies: folder<StoredPasswordPolicy>('replicated/password-policy/'),
  /** by path */
  auditDevices: commonFolder<AuditDevice>('replicated/audit/'),
  cors: entry<CorsConfig>('replicated/core/cors'),
  /** by id */
  namespaces: commonFolder<Namespace>('replicated/core/namespace/'),
  /** moves of mounts, by id */
  migrations: folder<Migration>('own/remount/'),
  wrappingKey: entry<WrappingKey>('own/wrapping-jwt-key'),
  drOperationToken: entry<string>('own/dr-operation-token'),
  /** tokens that a cluster keeps when it becomes a secondary */
  keptTokens: entry<readonly TokenEntry[]>('own/replication-kept-tokens')
} as const

const MOUNTS: Readonly<Record<MountTable, Readonly<Record<Whose, Folder<MountEntry>>>>> = {
  mounts: { replicated: folder('replicated/mounts/'), local: folder('local/mounts/') },
  auth: { replicated: folder('replicated/auth/'), local: folder('local/auth/') }
}

/** Mounts by path; local ones lie apart, so that they stay with their cluster. */
export function storedMounts (
  storage: Storage, table: MountTable, { local }: { readonly local: boolean }
): Area<MountEntry> {
  return MOUNTS[table][local ? 'local' : 'replicated'](storage)
}

/** A name that clients choose, slashes included, as one segment of a path. */
export function pathSegment (name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2F')
}

/** The name that such a segment stands for. */
export function nameInSegment (segment: string): string {
  return segment.replaceAll('%2F', '/').replaceAll('%25', '%')
}
