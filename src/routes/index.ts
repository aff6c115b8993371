// The table of contents: what every node answers by itself, and the paths of the `sys/` backend, one line per documentation page.
import type { LocalRoute } from '../http/app.js'
import { registerAuthMethods } from '../vault/auth/index.js'
import { registerBackend } from '../vault/backends.js'
import { registerEngines } from '../vault/engines/index.js'
import { replicationLinkRoutes } from '../http/replication-link.js'
import type { PathDefinition } from '../vault/paths.js'
import { nomadOnVaultRoute } from './nomad.js'
import { auditPaths } from './sys/audit.js'
import { authPaths } from './sys/auth.js'
import { capabilitiesPaths } from './sys/capabilities.js'
import { auditedHeaderPaths } from './sys/config-auditing.js'
import { corsPaths } from './sys/config-cors.js'
import { configStatePaths } from './sys/config-state.js'
import { uiHeaderPaths } from './sys/config-ui.js'
import { decodeTokenPaths } from './sys/decode-token.js'
import { diagnosticsPaths } from './sys/diagnostics.js'
import { enterprisePaths } from './sys/enterprise.js'
import { generateRootRoutes } from './sys/generate-root.js'
import { healthRoute } from './sys/health.js'
import { hostInfoPaths } from './sys/host-info.js'
import { internalCounterPaths } from './sys/internal-counters.js'
import { inspectPaths } from './sys/internal-inspect.js'
import { openApiPaths } from './sys/internal-specs-openapi.js'
import { internalUiPaths } from './sys/internal-ui-mounts.js'
import { haStatusPaths, leaderRoutes } from './sys/leader.js'
import { leasePaths } from './sys/leases.js'
import { metricsPaths } from './sys/metrics.js'
import { mountsPaths } from './sys/mounts.js'
import { pluginsCatalogPaths } from './sys/plugins-catalog.js'
import { policiesPaths } from './sys/policies.js'
import { policyPaths } from './sys/policy.js'
import { quotaPaths } from './sys/quotas.js'
import { joinRoutes } from './sys/raft-join.js'
import { raftPaths } from './sys/raft.js'
import { autopilotPaths } from './sys/raftautopilot.js'
import { autoSnapshotPaths } from './sys/raftautosnapshots.js'
import { rekeyPaths, rekeyRoutes } from './sys/rekey.js'
import { remountPaths } from './sys/remount.js'
import { drOperationTokenRoutes, drReplicationPaths } from './sys/replication-dr.js'
import { performanceReplicationPaths } from './sys/replication-performance.js'
import { replicationPaths } from './sys/replication.js'
import { rotatePaths } from './sys/rotate.js'
import { sealRoutes } from './sys/seal-status.js'
import { snapshotLoadPaths } from './sys/snapshot-load.js'
import { toolsPaths } from './sys/tools.js'
import { versionHistoryPaths } from './sys/version-history.js'
import { wrappingPaths } from './sys/wrapping.js'

export const localRoutes: readonly LocalRoute[] = [
  healthRoute,
  ...sealRoutes,
  ...leaderRoutes,
  ...joinRoutes,
  ...generateRootRoutes,
  ...rekeyRoutes,
  ...drOperationTokenRoutes,
  ...replicationLinkRoutes,
  nomadOnVaultRoute
]

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

registerEngines()
registerAuthMethods()
registerBackend('system', { type: 'system', paths: systemPaths })
