// The metrics there are: each with its kind, its unit, its labels, and the page of the documentation that lists it.
import { auditMetrics, coreMetrics, quotaMetrics, requestMetrics, runtimeMetrics } from './catalogue/core.js'
import { raftMetrics, raftStorageMetrics } from './catalogue/raft.js'
import { haMetrics, replicationMetrics, walMetrics } from './catalogue/replication.js'
import { snapshotMetrics } from './catalogue/snapshots.js'
import { identityMetrics, leaseMetrics, policyMetrics, secretMetrics, tokenMetrics } from './catalogue/tokens.js'

/** By name. */
export type Labels = Readonly<Record<string, string>>

/** As the documentation's tables have it; what they call a timer is a summary. */
export interface Metric {
  readonly kind: 'gauge' | 'counter' | 'summary'
  /** of the value: `ms`, `bytes`, `boolean`, or what is counted */
  readonly unit: string
  /** in the order of the documentation */
  readonly labels?: readonly string[]
  /** of a replicating cluster, of automated snapshots: not in the community's edition */
  readonly enterprise?: boolean
  readonly meaning: string
}

/** Metrics of one page below `developer.hashicorp.com/vault/docs/internals/telemetry/metrics/`. */
export type MetricTable = Readonly<Record<string, Metric>>

/** By page, in the order of the reference. */
export const pages = {
  'core-system': { ...coreMetrics, ...requestMetrics, ...quotaMetrics, ...runtimeMetrics },
  audit: auditMetrics,
  authn: { ...tokenMetrics, ...leaseMetrics, ...identityMetrics },
  policy: policyMetrics,
  secrets: secretMetrics,
  raft: { ...raftMetrics, ...raftStorageMetrics },
  autosnap: snapshotMetrics,
  availability: { ...haMetrics, ...walMetrics, ...replicationMetrics }
} satisfies Readonly<Record<string, MetricTable>>

const tables = {
  ...pages['core-system'],
  ...pages.audit,
  ...pages.authn,
  ...pages.policy,
  ...pages.secrets,
  ...pages.raft,
  ...pages.autosnap,
  ...pages.availability
}

export type MetricName = keyof typeof tables

export const catalogue: Readonly<Record<MetricName, Metric>> = tables
