// What a world can be told when it is made.
import type { Edition, ProfileName } from '../profiles/index.js'
import type { TimeMode } from '../sim/timeline.js'

export interface WorldOptions {
  readonly profile?: ProfileName
  readonly edition?: Edition
  readonly time?: TimeMode
  /** simulated seconds per second of `live` time */
  readonly timeScale?: number
  /** seed of all chance; drawn if absent */
  readonly seed?: number
  /** what raft is used for: by default it holds the data */
  readonly raft?: 'storage' | 'ha_storage'
  /** `inmem`: as the real dev server has it, one node without raft and high availability, unless `raft` elects */
  readonly storage?: 'raft' | 'inmem'
  readonly performanceStandbys?: boolean
  /** whether sys/metrics has Prometheus' form, too; by default in `documented` only */
  readonly prometheus?: boolean
  /** whether sys/metrics is open to all, on every node in whatever state */
  readonly unauthenticatedMetricsAccess?: boolean | undefined
  /** instant at which a `manual` timeline starts, milliseconds since 1970 */
  readonly startAtMs?: number
  /**
   * what `auto_join` finds: `provider=aws tag_value=vault=10.0.0.1,10.0.0.2`. A join finds the addresses of every text
   * whose keys it has with the same values
   */
  readonly discover?: readonly string[] | undefined
  /** memory that restoring a snapshot may take; 1 GiB by default */
  readonly snapshotBytes?: number | undefined
  /** writes that a primary keeps for its secondaries; 16,384 by default, as `logshipper_buffer_length` */
  readonly logshipperBufferLength?: number | undefined
  /** bytes of them; 1 GiB by default, as `logshipper_buffer_size` */
  readonly logshipperBufferBytes?: number | undefined
  /** takes what is thrown while no request is there to blame; without it, it is thrown on */
  readonly onFault?: ((error: unknown) => void) | undefined
}
