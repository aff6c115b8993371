// What every node answers by itself, one plugin per documentation page.
import { nomadOnVaultPlugin } from '../nomad/on-vault.js'
import { replicationLinkPlugin } from '../replication-link.js'
import { drOperationTokenPlugin } from './dr-operation-token.js'
import { generateRootPlugin } from './generate-root.js'
import { healthPlugin } from './health.js'
import { leaderPlugin } from './leader.js'
import { bootstrapPlugin, joinPlugin } from './raft-join.js'
import { rekeyPlugin, rekeyRecoveryPlugin } from './rekey.js'
import { sealPlugin } from './seal-status.js'

export const localPlugins = [
  healthPlugin,
  sealPlugin,
  leaderPlugin,
  joinPlugin,
  bootstrapPlugin,
  generateRootPlugin,
  rekeyPlugin,
  rekeyRecoveryPlugin,
  drOperationTokenPlugin,
  replicationLinkPlugin,
  nomadOnVaultPlugin
]
