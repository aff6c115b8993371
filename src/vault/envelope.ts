// A logical response as the text of its body: what is answered, wrapped and audited.
import type { Profile } from '../profiles/index.js'
import { compareBytes, printJson, printMap, type JsonObject } from '../json/index.js'
import { rfc3339Nano } from '../sim/instants.js'
import type { AuthResponse, LogicalResponse, WrapInfo } from './paths.js'

/** What an envelope says besides the response itself. */
export interface EnvelopeContext {
  readonly requestId: string
  readonly profile: Profile
  /** type of the mount that answered, for `mount_type`; empty on logins */
  readonly mountType: string
  /** members of `data` are repeated at the top */
  readonly doubled: boolean
}

/**
 * The fixed keys in their fixed order, every one always there; `data` with sorted keys.
 *
 * @returns JSON with a trailing newline
 * @see `sdk/logical/translate_response.go`; recordings throughout
 */
export function renderEnvelope (response: LogicalResponse, context: EnvelopeContext): string {
  const { wrapInfo, warnings } = response
  const { requestId, profile, mountType, doubled } = context
  const data = response.data == null ? 'null' : printMap(response.data)
  const isRepeated = doubled && data !== 'null' && data !== '{}'
  return `{${isRepeated ? `${data.slice(1, -1)},` : ''}` +
    `"request_id":"${wrapInfo === undefined ? requestId : ''}",${printLease(response)},"data":${data},` +
    `"wrap_info":${wrapInfo === undefined ? 'null' : printJson(renderWrapInfo(wrapInfo))},` +
    `"warnings":${warnings === undefined || warnings.length === 0 ? 'null' : printJson(warnings)},` +
    `"auth":${printAuth(response)}` +
    `${profile.mountType ? `,"mount_type":${printJson(mountType)}` : ''}}\n`
}

function printLease ({ lease }: LogicalResponse): string {
  if (lease === undefined) return '"lease_id":"","renewable":false,"lease_duration":0'
  return `"lease_id":${printJson(lease.id)},"renewable":${lease.renewable},"lease_duration":${lease.durationSeconds}`
}

function renderWrapInfo (info: WrapInfo): JsonObject {
  return {
    token: info.token,
    accessor: info.accessor,
    ttl: info.ttlSeconds,
    creation_time: rfc3339Nano(info.creationTimeAtMs),
    creation_path: info.creationPath,
    wrapped_accessor: info.wrappedAccessor
  }
}

function printAuth ({ auth, mfaRequirement }: LogicalResponse): string {
  if (auth !== undefined) return printJson(renderAuth(auth))
  return mfaRequirement === undefined ? 'null' : printJson(renderRequirement(mfaRequirement))
}

/** As seen of a Vault 1.21.4: an `auth` in which nothing is set but what is asked for. */
function renderRequirement (mfaRequirement: JsonObject): JsonObject {
  return {
    client_token: '',
    accessor: '',
    policies: null,
    metadata: null,
    lease_duration: 0,
    renewable: false,
    entity_id: '',
    token_type: 'default',
    orphan: false,
    mfa_requirement: mfaRequirement,
    num_uses: 0
  }
}

function renderAuth (auth: AuthResponse): JsonObject {
  const { clientToken, entry, leaseDurationSeconds, hideAccessor, identityPolicies = [] } = auth
  return {
    client_token: clientToken,
    accessor: hideAccessor === true ? '' : entry.accessor,
    policies: allPolicies(entry.policies, identityPolicies),
    token_policies: entry.policies.length === 0 ? undefined : entry.policies,
    identity_policies: identityPolicies.length === 0 ? undefined : identityPolicies,
    metadata: entry.meta,
    lease_duration: leaseDurationSeconds,
    renewable: entry.renewable,
    entity_id: entry.entityId,
    token_type: entry.type,
    orphan: entry.orphan,
    mfa_requirement: null,
    num_uses: entry.numUses
  }
}

/** The token's own as they stand; sorted, where the entity adds some. */
function allPolicies (own: readonly string[], ofEntity: readonly string[]): readonly string[] {
  return ofEntity.length === 0 ? own : [...new Set([...own, ...ofEntity])].sort(compareBytes)
}

/** What `injectDataIntoTopRoutes` names, as patterns below `sys/`. */
const DOUBLED = new RegExp(`^sys/(?:${[
  'audit(?:/|$)',
  'audit-hash/',
  'auth(?:/|$)',
  'config/cors$',
  'config/auditing/request-headers(?:/|$)',
  'capabilities(?:-accessor|-self)?$',
  'ha-status$',
  'key-status$',
  'mounts(?:/|$)',
  'policy(?:/|$)',
  'rekey/(?:backup|recovery-key-backup)$',
  'remount$',
  'rotate(?:/(?:keyring|root/backup|recovery/backup))?$',
  'wrapping/wrap$'
].join('|')})`)

/** Whether a path's data stands at the top of its envelope, too (`core.md` §1.3). */
export function isDoubled (path: string): boolean {
  return path.startsWith('sys/') && DOUBLED.test(path)
}
