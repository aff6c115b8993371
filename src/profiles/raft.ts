// How clusters of each profile form, change and are snapshotted (`reference/raft.md`).
import type { ByProfile } from './names.js'

export interface RaftQuirks {
  /**
   * `data.config.index`: the raft library stopped filling it; the documentation's samples have the index of the last
   * membership change
   */
  readonly configurationIndex: 'zero' | 'last-membership-change'
  /** the documentation's sample has the control character, from an old conversion of a number to a string */
  readonly protocolVersion: '3' | '\u0003'
  /** POST to `storage/raft/configuration` answers like GET, or 405 */
  readonly configurationByPost: boolean
  /** a removed follower keeps running (1.18 and before), or seals itself and remembers (1.19 and later) */
  readonly removedNode: 'keeps-running' | 'seals'
  /**
   * a leader that removed itself never answers again (observed on 1.14), or says what has become of it, so that the
   * documentation's sample leaves nobody waiting
   */
  readonly removedLeader: 'hangs' | 'says-so'
  /** `storage/raft/promote` and `demote` */
  readonly promoteAndDemote: boolean
  /**
   * who may join as a non-voter: nodes of the enterprise edition (`reference/observed.md`), or of any, as the
   * documentation has it
   */
  readonly nonVoterJoin: 'enterprise' | 'any'
  /** `disable_upgrade_migration` in the autopilot configuration; to be set in the enterprise edition alone */
  readonly upgradeMigrationField: boolean
  /**
   * a join may have both `auto_join` and `leader_api_addr`, as the documentation has it; servers refuse that
   * (`reference/observed.md`)
   */
  readonly joinByBoth: boolean
  /** a join looks at certificates and keys; the documentation's sample payloads have none that are real */
  readonly joinChecksTls: boolean
  /** text before the reason when a join's body is no JSON */
  readonly joinParsePrefix: string
  /** an answer without a challenge: OpenBao derives what it expects, so it is just wrong */
  readonly unexpectedAnswerText: string
  /** `storage/raft/snapshot-load` of the enterprise edition, from 1.20 */
  readonly snapshotLoad: boolean
  /** `autoload_enabled` of automated snapshots, from 1.21 */
  readonly autoload: 'unknown' | 'shown while on' | 'always shown'
  /** the documentation of Nomad's operator API counts as documented, too: a world of this profile has a Nomad region */
  readonly nomadBeside: boolean
}

const vault114: RaftQuirks = {
  configurationIndex: 'zero',
  protocolVersion: '3',
  configurationByPost: true,
  removedNode: 'keeps-running',
  removedLeader: 'hangs',
  promoteAndDemote: false,
  nonVoterJoin: 'enterprise',
  upgradeMigrationField: true,
  joinByBoth: false,
  joinChecksTls: true,
  joinParsePrefix: 'failed to parse JSON input: ',
  unexpectedAnswerText: 'no expected answer for the server id provided',
  snapshotLoad: false,
  autoload: 'unknown',
  nomadBeside: false
}

export const raftQuirks: ByProfile<RaftQuirks> = {
  documented: {
    ...vault114,
    configurationIndex: 'last-membership-change',
    protocolVersion: '\u0003',
    removedLeader: 'says-so',
    nonVoterJoin: 'any',
    joinByBoth: true,
    joinChecksTls: false,
    snapshotLoad: true,
    autoload: 'shown while on',
    nomadBeside: true
  },
  'vault-1.14': vault114,
  'vault-1.21': { ...vault114, removedNode: 'seals', snapshotLoad: true, autoload: 'always shown' },
  'openbao-2.5': {
    ...vault114,
    configurationByPost: false,
    promoteAndDemote: true,
    nonVoterJoin: 'any',
    upgradeMigrationField: false,
    joinParsePrefix: 'failed to limit JSON input: ',
    unexpectedAnswerText: 'invalid answer given'
  }
}
