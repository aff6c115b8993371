// The table of contents of `sys/`: one line per documentation page.
import type { Backend, PathDefinition } from '../../vault/paths.js'
import { auditPaths } from './audit.js'
import { authPaths } from './auth.js'
import { capabilitiesPaths } from './capabilities.js'
import { auditedHeaderPaths } from './config-auditing.js'
import { corsPaths } from './config-cors.js'
import { configStatePaths } from './config-state.js'
import { uiHeaderPaths } from './config-ui.js'
import { decodeTokenPaths } from './decode-token.js'
import { diagnosticsPaths } from './diagnostics.js'
import { enterprisePaths } from './enterprise.js'
import { hostInfoPaths } from './host-info.js'
import { internalCounterPaths } from './internal-counters.js'
import { inspectPaths } from './internal-inspect.js'
import { openApiPaths } from './internal-specs-openapi.js'
import { internalUiPaths } from './internal-ui-mounts.js'
import { haStatusPaths } from './ha-status.js'
import { leasePaths } from './leases.js'
import { metricsPaths } from './metrics.js'
import { mountsPaths } from './mounts.js'
import { pluginsCatalogPaths } from './plugins-catalog.js'
import { policiesPaths } from './policies.js'
import { policyPaths } from './policy.js'
import { quotaPaths } from './quotas.js'
import { raftPaths } from './raft.js'
import { autopilotPaths } from './raftautopilot.js'
import { autoSnapshotPaths } from './raftautosnapshots.js'
import { rekeyPaths } from './rekey.js'
import { remountPaths } from './remount.js'
import { drReplicationPaths } from './replication-dr.js'
import { performanceReplicationPaths } from './replication-performance.js'
import { replicationPaths } from './replication.js'
import { rotatePaths } from './rotate.js'
import { snapshotLoadPaths } from './snapshot-load.js'
import { toolsPaths } from './tools.js'
import { versionHistoryPaths } from './version-history.js'
import { wrappingPaths } from './wrapping.js'

const systemPaths: readonly PathDefinition[] = [
  ...haStatusPaths,
  ...raftPaths,
  ...autopilotPaths,
  ...autoSnapshotPaths,
  ...snapshotLoadPaths,
  ...rekeyPaths,
  ...rotatePaths,
  ...mountsPaths,
  ...authPaths,
  ...remountPaths,
  ...auditPaths,
  ...internalUiPaths,
  ...pluginsCatalogPaths,
  ...leasePaths,
  ...wrappingPaths,
  ...internalCounterPaths,
  ...policiesPaths,
  ...policyPaths,
  ...capabilitiesPaths,
  ...auditedHeaderPaths,
  ...corsPaths,
  ...configStatePaths,
  ...uiHeaderPaths,
  ...decodeTokenPaths,
  ...diagnosticsPaths,
  ...enterprisePaths,
  ...hostInfoPaths,
  ...inspectPaths,
  ...metricsPaths,
  ...quotaPaths,
  ...toolsPaths,
  ...versionHistoryPaths,
  ...openApiPaths,
  ...replicationPaths,
  ...performanceReplicationPaths,
  ...drReplicationPaths
]

export const system: Backend = { type: 'system', paths: systemPaths }
