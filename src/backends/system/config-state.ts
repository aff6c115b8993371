// sys/config/state/sanitized: the server's configuration file, as far as it may be shown.
import type { RaftUse } from '../../cluster/cluster.js'
import type { Configured } from '../../cluster/configured.js'
import { apiAddrAsCalled } from '../../cluster/called-at.js'
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

export const configStatePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/config-state', [
  definePath({
    path: 'config/state/sanitized',
    summary: 'Return a sanitized version of the Vault server configuration.',
    fields: Type.Object({}),
    operations: { read }
  })
])

/** What no configuration says here. */
const UNSET = {
  cache_size: 0,
  cluster_cipher_suites: '',
  default_max_request_duration: 0,
  disable_cache: false,
  disable_clustering: false,
  disable_indexing: false,
  disable_mlock: true,
  disable_performance_standby: false,
  disable_printable_check: false,
  disable_sealwrap: false,
  enable_response_header_hostname: false,
  enable_response_header_raft_node_id: false,
  enable_ui: false,
  log_format: '',
  log_level: '',
  pid_file: '',
  plugin_directory: '',
  plugin_file_permissions: 0,
  plugin_file_uid: 0,
  raw_storage_endpoint: false
}

/** Of the node that was asked. */
function read ({ node, cluster, request }: Call<unknown>): LogicalResponse {
  const told = apiAddrAsCalled(node, request.calledAt)
  const { host, protocol } = new URL(node.apiAddr)
  const shared: JsonObject = {
    cluster_addr: `https://${node.clusterAddr}`,
    disable_clustering: false,
    redirect_addr: told
  }
  return {
    data: goMap({
      ...UNSET,
      ...renderConfigured(cluster.surroundings.configured),
      api_addr: told,
      cluster_addr: `https://${node.clusterAddr}`,
      ...(cluster.raftUse === 'ha_storage' && { ha_storage: goMap({ ...shared, type: 'raft' }) }),
      listeners: [goMap({ config: goMap({ address: host, tls_disable: protocol === 'http:' }), type: 'tcp' })],
      seals: [goMap({ disabled: false, type: 'shamir' })],
      storage: goMap(storageOf(cluster.raftUse, shared))
    })
  }
}

/** What was not said is empty. */
function renderConfigured ({ clusterName, defaultLeaseTtlSeconds, maxLeaseTtlSeconds }: Configured): JsonObject {
  return {
    cluster_name: clusterName ?? '',
    default_lease_ttl: defaultLeaseTtlSeconds ?? 0,
    max_lease_ttl: maxLeaseTtlSeconds ?? 0
  }
}

/** Where raft elects the leader, the addresses are those of `ha_storage`. */
function storageOf (raftUse: RaftUse, shared: JsonObject): JsonObject {
  if (raftUse === 'ha_storage') return { type: 'inmem' }
  return { ...shared, type: raftUse === 'storage' ? 'raft' : 'inmem' }
}
