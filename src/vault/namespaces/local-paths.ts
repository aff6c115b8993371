// What a node answers by itself belongs to no namespace: most of it is refused to who names one.
import type { Cluster } from '../../cluster/cluster.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { REFUSED_WITH_HEADER, ROOT_ONLY } from './entering.js'
import { canonicalPath, hasNamespaces } from './namespaces.js'

/**
 * @param header what the request names, whether or not it is there
 * @param path without `/v1/`
 * @throws {VaultError} 404 `unsupported path` (https://github.com/hashicorp/vault/issues/14934), or as OpenBao 400
 *   `operation unavailable in namespaces`
 */
export function refuseInNamespace (
  cluster: Pick<Cluster, 'profile' | 'edition'>, header: string | undefined, path: string
): void {
  if (header === undefined || !hasNamespaces(cluster) || canonicalPath(header) === '') return
  const { rootOnlyRefusal } = cluster.profile
  if (rootOnlyRefusal === 'unsupported path') {
    if (ROOT_ONLY.test(path)) throw new VaultError('unsupported-path', rootOnlyRefusal, false)
  } else if (REFUSED_WITH_HEADER.test(path)) throw invalid(rootOnlyRefusal)
}
