// What only the enterprise edition has: the community's stubs say so, and OpenBao has no such path.
import type { Cluster } from '../../cluster/cluster.js'
import { editionOf } from '../../profiles/index.js'
import { enterpriseOnly, unsupportedPath } from '../../refusal/index.js'

/** @throws {VaultError} `not-found` or `unsupported-path` where the cluster is not of the enterprise edition */
export function requireEnterprise ({ profile, edition }: Pick<Cluster, 'profile' | 'edition'>): void {
  if (editionOf(profile, edition) === 'ent') return
  throw profile.enterpriseStubs ? enterpriseOnly() : unsupportedPath()
}
