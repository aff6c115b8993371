// The real things this server can speak like: one small typed table each, the quirks and nothing else.

export type ProfileName = 'documented' | 'vault-1.14' | 'vault-1.21' | 'openbao-2.5'
export type Edition = 'ent' | 'ce'

/** How one real server differs from the others where a client can see it. Sources: the recordings, `reference/raft.md`, `reference/core.md`. */
export interface Profile {
  readonly name: ProfileName
  readonly product: 'Vault' | 'OpenBao'
  /** without edition: `1.14.9` */
  readonly version: string
  readonly buildDate: string
  /** `data.config.index`: the raft library stopped filling it; the documentation's samples have the index of the last membership change */
  readonly configurationIndex: 'zero' | 'last-membership-change'
  /** the documentation's sample has the control character, from an old conversion of a number to a string */
  readonly protocolVersion: '3' | '\u0003'
  /** POST to `storage/raft/configuration` answers like GET, or 405 */
  readonly configurationByPost: boolean
  /** a removed follower keeps running (1.18 and before), or seals itself and remembers (1.19 and later) */
  readonly removedNode: 'keeps-running' | 'seals'
  /** a standby answers 307 to snapshot requests and where forwarding is switched off; OpenBao's serves itself */
  readonly standbyRedirects: boolean
  /** `storage/raft/promote` and `demote` */
  readonly promoteAndDemote: boolean
  /** the enterprise-only routes of the community edition: stubs that say so, or no such path */
  readonly enterpriseStubs: boolean
  /** envelope key `mount_type`, from 1.16 */
  readonly mountType: boolean
  /** second line `invalid token` in the answer to an unknown token, from 1.17 */
  readonly invalidTokenLine: boolean
  /** health gains `enterprise` and the clock fields, from 1.16/1.17 */
  readonly clockFields: boolean
  /** health `removed_from_cluster`, 474 and the heartbeat fields, from 1.19 */
  readonly removedFromCluster: boolean
  /** malformed or excessive JSON is refused with 500 before anything else, from 1.20.3 */
  readonly jsonGuard: boolean
  /** `sys/leader` leaves out `performance_standby…`, seal-status prints `commit_date` from 2.6 */
  readonly leaderFields: 'vault' | 'openbao'
  /** `replication_performance_mode` in health of a cluster without replication */
  readonly idlePerformanceMode: 'disabled' | 'primary'
  /** `disable_upgrade_migration` in the autopilot configuration */
  readonly upgradeMigrationField: boolean
  /** field errors quote the input: `error converting input soon for field "x"` */
  readonly fieldErrorsQuoteInput: boolean
  /** text before the reason when a join's body is no JSON */
  readonly joinParsePrefix: string
  /** init with a wrong number of PGP keys */
  readonly pgpCountText: string
  /** an answer without a challenge: OpenBao derives what it expects, so it is just wrong */
  readonly unexpectedAnswerText: string
  /** `//` and dot segments are redirected with this status */
  readonly cleanPathRedirect: 301 | 307
  /** tokens begin with `hvs.` or `s.` */
  readonly tokenPrefix: 'hv' | ''
  /** `running_plugin_version` of KV, which has versions of its own in Vault */
  readonly kvPluginVersion: string
  /** KV v2 counts and checks the writes of metadata: `current_metadata_version`, `metadata_cas_required` */
  readonly metadataCas: boolean
  /** `storage/raft/snapshot-load` of the enterprise edition, from 1.20 */
  readonly snapshotLoad: boolean
  /** generate-root and rekey answer without a token; OpenBao switches those endpoints off */
  readonly unauthenticatedCeremonies: boolean
  /** `sys/seal` at a standby seals it, in place of an error */
  readonly standbySeals: boolean
  /** who has non-voting servers: every edition, or the enterprise one alone */
  readonly nonVoters: 'enterprise' | 'every edition'
  /** Vault nodes answer the documented paths of Nomad, too, where their world has a Nomad region */
  readonly nomadOnVault: boolean
  /** `otp_length` of root generation */
  readonly otpLength: number
}

const vault114: Profile = {
  name: 'vault-1.14',
  product: 'Vault',
  version: '1.14.9',
  buildDate: '2024-01-24T20:10:22Z',
  configurationIndex: 'zero',
  protocolVersion: '3',
  configurationByPost: true,
  removedNode: 'keeps-running',
  standbyRedirects: true,
  promoteAndDemote: false,
  enterpriseStubs: true,
  mountType: false,
  invalidTokenLine: false,
  clockFields: false,
  removedFromCluster: false,
  jsonGuard: false,
  leaderFields: 'vault',
  idlePerformanceMode: 'disabled',
  upgradeMigrationField: true,
  fieldErrorsQuoteInput: true,
  joinParsePrefix: 'failed to parse JSON input: ',
  pgpCountText: 'incorrect number of PGP keys',
  unexpectedAnswerText: 'no expected answer for the server id provided',
  cleanPathRedirect: 301,
  tokenPrefix: 'hv',
  kvPluginVersion: 'v0.15.0+builtin',
  metadataCas: false,
  snapshotLoad: false,
  unauthenticatedCeremonies: true,
  standbySeals: false,
  nonVoters: 'enterprise',
  nomadOnVault: false,
  otpLength: 28
}

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  documented: {
    ...vault114,
    name: 'documented',
    configurationIndex: 'last-membership-change',
    protocolVersion: '\u0003',
    snapshotLoad: true,
    nomadOnVault: true
  },
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    name: 'vault-1.21',
    version: '1.21.4',
    buildDate: '2026-03-04T17:22:07Z',
    removedNode: 'seals',
    mountType: true,
    invalidTokenLine: true,
    clockFields: true,
    removedFromCluster: true,
    kvPluginVersion: 'v0.25.0+builtin',
    jsonGuard: true,
    snapshotLoad: true,
    fieldErrorsQuoteInput: false
  },
  'openbao-2.5': {
    ...vault114,
    name: 'openbao-2.5',
    product: 'OpenBao',
    version: '2.5.5',
    buildDate: '2026-06-18T12:09:15Z',
    configurationByPost: false,
    standbyRedirects: false,
    promoteAndDemote: true,
    enterpriseStubs: false,
    leaderFields: 'openbao',
    idlePerformanceMode: 'primary',
    upgradeMigrationField: false,
    fieldErrorsQuoteInput: false,
    joinParsePrefix: 'failed to limit JSON input: ',
    pgpCountText: 'invalid seal configuration: count mismatch between number of provided PGP keys and number of shares',
    unexpectedAnswerText: 'invalid answer given',
    cleanPathRedirect: 307,
    tokenPrefix: '',
    kvPluginVersion: 'v2.5.5+builtin.bao',
    metadataCas: true,
    unauthenticatedCeremonies: false,
    standbySeals: true,
    nonVoters: 'every edition',
    otpLength: 26
  }
}

/** The version string a server of this profile and edition reports: `1.14.9+ent`; OpenBao has no editions. */
export function versionOf (profile: Profile, edition: Edition): string {
  return profile.product === 'Vault' && edition === 'ent' ? `${profile.version}+ent` : profile.version
}
