// The table of contents of `sys/`: one line per documentation page, whose last segment names the file. Besides them
// there are only `editions.ts`, `stored.ts` and `not-simulated.ts`, and folders of what the pages of one subject share.
// https://developer.hashicorp.com/vault/api-docs/system
import type { Backend, PathDefinition } from '../../vault/paths.js'
import { auditHashPaths } from './audit-hash.js'
import { auditPaths } from './audit.js'
import { authPaths } from './auth.js'
import { capabilitiesPaths } from './capabilities.js'
import { auditedHeaderPaths } from './config-auditing.js'
import { corsPaths } from './config-cors.js'
import { configReloadPaths } from './config-reload.js'
import { configStatePaths } from './config-state.js'
import { uiHeaderPaths } from './config-ui.js'
import { decodeTokenPaths } from './decode-token.js'
import { haStatusPaths } from './ha-status.js'
import { hostInfoPaths } from './host-info.js'
import { inFlightPaths } from './in-flight-req.js'
import { inspectPaths } from './inspect.js'
import { internalCounterPaths } from './internal-counters.js'
import { openApiPaths } from './internal-specs-openapi.js'
import { internalUiFeaturePaths } from './internal-ui-feature.js'
import { internalUiMountsPaths } from './internal-ui-mounts.js'
import { internalUiNamespacesPaths } from './internal-ui-namespaces.js'
import { internalUiResultantAclPaths } from './internal-ui-resultant-acl.js'
import { keyStatusPaths } from './key-status.js'
import { irrevocableLeasePaths } from './irrevocable-leases.js'
import { leasePaths } from './leases.js'
import { licensePaths } from './license.js'
import { mfaValidatePaths } from './mfa-validate.js'
import { metricsPaths } from './metrics.js'
import { monitorPaths } from './monitor.js'
import { mountsPaths } from './mounts.js'
import { namespacesPaths } from './namespaces.js'
import { notSimulatedPaths } from './not-simulated.js'
import { pluginsCatalogPaths } from './plugins-catalog.js'
import { passwordPolicyPaths } from './policies-password.js'
import { policiesPaths } from './policies.js'
import { policyPaths } from './policy.js'
import { pprofPaths } from './pprof.js'
import { quotasConfigPaths } from './quotas-config.js'
import { raftPaths } from './raft.js'
import { autopilotPaths } from './raftautopilot.js'
import { autoSnapshotPaths } from './raftautosnapshots.js'
import { rateLimitPaths } from './rate-limit-quotas.js'
import { rekeyPaths } from './rekey.js'
import { remountPaths } from './remount.js'
import { drReplicationPaths } from './replication-dr.js'
import { performanceReplicationPaths } from './replication-performance.js'
import { replicationPaths } from './replication.js'
import { rotateConfigPaths } from './rotate-config.js'
import { rotatePaths } from './rotate.js'
import { snapshotLoadPaths } from './snapshot-load.js'
import { toolsPaths } from './tools.js'
import { versionHistoryPaths } from './version-history.js'
import { wrappingPaths } from './wrapping.js'

const systemPaths: readonly PathDefinition[] = [
  ...haStatusPaths,
  ...ofRaft(raftPaths),
  ...ofRaft(autopilotPaths),
  ...ofRaft(autoSnapshotPaths, 'in ent'),
  ...ofRaft(snapshotLoadPaths),
  ...rekeyPaths,
  ...keyStatusPaths,
  ...rotatePaths,
  ...rotateConfigPaths,
  ...mountsPaths,
  ...authPaths,
  ...remountPaths,
  ...auditPaths,
  ...auditHashPaths,
  ...internalUiMountsPaths,
  ...internalUiResultantAclPaths,
  ...internalUiFeaturePaths,
  ...internalUiNamespacesPaths,
  ...namespacesPaths,
  ...pluginsCatalogPaths,
  ...leasePaths,
  ...irrevocableLeasePaths,
  ...wrappingPaths,
  ...internalCounterPaths,
  ...policiesPaths,
  ...passwordPolicyPaths,
  ...policyPaths,
  ...capabilitiesPaths,
  ...auditedHeaderPaths,
  ...corsPaths,
  ...configReloadPaths,
  ...configStatePaths,
  ...uiHeaderPaths,
  ...decodeTokenPaths,
  ...inFlightPaths,
  ...monitorPaths,
  ...pprofPaths,
  ...mfaValidatePaths,
  ...notSimulatedPaths,
  ...licensePaths,
  ...hostInfoPaths,
  ...inspectPaths,
  ...metricsPaths,
  ...quotasConfigPaths,
  ...rateLimitPaths,
  ...toolsPaths,
  ...versionHistoryPaths,
  ...openApiPaths,
  ...replicationPaths,
  ...performanceReplicationPaths,
  ...drReplicationPaths
]

/** As a Vault 1.21.4 with the storage `inmem` answers. */
function ofRaft (
  paths: readonly PathDefinition[], needsRaft: PathDefinition['needsRaft'] = 'in every edition'
): PathDefinition[] {
  return paths.map((path) => ({ ...path, needsRaft }))
}

/** Mounted at `sys/` in every cluster. */
export const system: Backend = {
  type: 'system',
  help: (product) => [
    `The system backend is built-in to ${product} and cannot be remounted or`,
    `unmounted. It contains the paths that are used to configure ${product} itself`,
    'as well as perform core operations.'
  ].join('\n'),
  paths: systemPaths
}
