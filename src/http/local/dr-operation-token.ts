// sys/replication/dr/secondary/generate-operation-token.
import { requireEnterprise } from '../../backends/system/editions.js'
import { requireSecondary } from '../../replication/transitions.js'
import { mintDrOperationToken } from '../../vault/replication/dr-operation-tokens.js'
import { ceremonyPlugin } from './generate-root.js'

/** The ceremony for the token that a DR secondary asks for: as for root tokens, without an envelope. */
export const drOperationTokenPlugin = ceremonyPlugin('/v1/sys/replication/dr/secondary/generate-operation-token', {
  source: 'https://developer.hashicorp.com/vault/api-docs/system/replication/replication-dr',
  strategy: 'dr-operation-token',
  check: (cluster) => {
    requireEnterprise(cluster)
    requireSecondary(cluster, 'dr')
  },
  mint: mintDrOperationToken
})
