// What every node answers by itself, one line per documentation page.
import type { LocalRoute } from '../app.js'
import { nomadOnVaultRoute } from '../nomad/routes.js'
import { replicationLinkRoutes } from '../replication-link.js'
import { drOperationTokenRoutes } from './dr-operation-token.js'
import { generateRootRoutes } from './generate-root.js'
import { healthRoute } from './health.js'
import { leaderRoutes } from './leader.js'
import { joinRoutes } from './raft-join.js'
import { rekeyRoutes } from './rekey.js'
import { sealRoutes } from './seal-status.js'

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
