// Joins that are tried again until they succeed: asked for by a request, or by `retry_join` of the configuration.
import { Type } from '@sinclair/typebox'
import { closed, count, type State } from '../sim/declared.js'
import type { Node } from './node.js'

export const RETRY_JOIN_EVENT = 'join.retry'

/** Whom to join, and how; empty texts and 0 are not said. */
export const RetryJoinForm = Type.Object({
  leaderApiAddr: Type.String(),
  /** go-discover's text */
  autoJoin: Type.String(),
  autoJoinScheme: Type.String(),
  autoJoinPort: count,
  /** authorities to trust */
  caPem: Type.String(),
  tlsServerName: Type.String(),
  nonVoter: Type.Boolean()
}, closed)

export type RetryJoin = State<typeof RetryJoinForm>

/** What was left out is not said. */
export function wholeRetryJoin (said: Partial<RetryJoin>): RetryJoin {
  const nothing = { autoJoinScheme: '', autoJoinPort: 0, caPem: '', tlsServerName: '', nonVoter: false }
  return { leaderApiAddr: '', autoJoin: '', ...nothing, ...said }
}

/** A node that starts and is not initialised tries what its configuration says, at once. */
export function joinAsConfigured (node: Node): void {
  const { raftUse, surroundings } = node.cluster
  if (raftUse !== 'storage' || node.initialized) return
  for (const each of surroundings.configured.retryJoin ?? []) scheduleJoin(node, each, 0)
}

/** Tries it after so long on the timeline; the same join is not tried twice at a time. */
export function scheduleJoin (node: Node, join: RetryJoin, afterMs: number): void {
  const { timeline, key } = node.cluster
  const { leaderApiAddr: leader, autoJoinPort, nonVoter, ...texts } = join
  timeline.schedule({
    atMs: timeline.nowMs + afterMs,
    kind: RETRY_JOIN_EVENT,
    urgency: 'deadline',
    ids: {
      cluster: key,
      node: node.id,
      leader,
      ...texts,
      autoJoinPort: String(autoJoinPort),
      nonVoter: String(nonVoter)
    }
  })
}

/** What such an event is to try. */
export function joinOf (ids: Readonly<Record<string, string>>): RetryJoin {
  const { leader = '', autoJoin = '', autoJoinScheme = '', caPem = '', tlsServerName = '' } = ids
  const texts = { leaderApiAddr: leader, autoJoin, autoJoinScheme, caPem, tlsServerName }
  return { ...texts, autoJoinPort: Number(ids.autoJoinPort ?? 0), nonVoter: ids.nonVoter === 'true' }
}
