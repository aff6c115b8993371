// The table of contents: what every node answers by itself, and the paths of the `sys/` backend, one line per documentation page.
import type { LocalRoute } from '../http/app.js'
import { registerAuthMethods } from '../vault/auth/index.js'
import { registerBackend } from '../vault/backends.js'
import { registerEngines } from '../vault/engines/index.js'
import type { PathDefinition } from '../vault/paths.js'
import { auditPaths } from './sys/audit.js'
import { authPaths } from './sys/auth.js'
import { capabilitiesPaths } from './sys/capabilities.js'
import { generateRootRoutes } from './sys/generate-root.js'
import { healthRoute } from './sys/health.js'
import { haStatusPaths, leaderRoutes } from './sys/leader.js'
import { internalCounterPaths } from './sys/internal-counters.js'
import { internalUiPaths } from './sys/internal-ui-mounts.js'
import { leasePaths } from './sys/leases.js'
import { mountsPaths } from './sys/mounts.js'
import { pluginsCatalogPaths } from './sys/plugins-catalog.js'
import { policiesPaths } from './sys/policies.js'
import { policyPaths } from './sys/policy.js'
import { raftPaths } from './sys/raft.js'
import { autopilotPaths } from './sys/raftautopilot.js'
import { autoSnapshotPaths } from './sys/raftautosnapshots.js'
import { joinRoutes } from './sys/raft-join.js'
import { rekeyPaths, rekeyRoutes } from './sys/rekey.js'
import { remountPaths } from './sys/remount.js'
import { rotatePaths } from './sys/rotate.js'
import { sealRoutes } from './sys/seal-status.js'
import { wrappingPaths } from './sys/wrapping.js'

export const localRoutes: readonly LocalRoute[] = [
  healthRoute,
  ...sealRoutes,
  ...leaderRoutes,
  ...joinRoutes,
  ...generateRootRoutes,
  ...rekeyRoutes
]

const systemPaths: readonly PathDefinition[] = [
  ...haStatusPaths,
  ...raftPaths,
  ...autopilotPaths,
  ...autoSnapshotPaths,
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
  ...capabilitiesPaths
]

registerEngines()
registerAuthMethods()
registerBackend('system', { type: 'system', paths: systemPaths })
