// Metrics of the core: what a node is, its requests, its barrier, quotas, the process, and audit.
import { counter, gauge, summary } from './tables.js'

const PER_TABLE = { labels: ['type', 'local', 'cluster'] }
const ENTERPRISE = { enterprise: true }

export const coreMetrics = {
  'vault.core.active': gauge('boolean', 'the node is the active one', { labels: ['cluster'] }),
  'vault.core.unsealed': gauge('boolean', 'the node is unsealed', { labels: ['cluster'] }),
  'vault.core.performance_standby': gauge('boolean', 'the node is a performance standby', ENTERPRISE),
  'vault.core.in_flight_requests': gauge('requests', 'requests being served'),
  'vault.core.license.expiration_time_epoch': gauge('seconds', 'when the license ends, since 1970', ENTERPRISE),
  'vault.core.mount_table.num_entries': gauge('mounts', 'mounts in a table', PER_TABLE),
  'vault.core.mount_table.size': gauge('bytes', 'size of a table, as it is stored here', PER_TABLE),
  'vault.core.replication.performance.primary': gauge('boolean', 'performance primary', ENTERPRISE),
  'vault.core.replication.performance.secondary': gauge('boolean', 'performance secondary', ENTERPRISE),
  'vault.core.replication.dr.primary': gauge('boolean', 'DR primary', ENTERPRISE),
  'vault.core.replication.dr.secondary': gauge('boolean', 'DR secondary', ENTERPRISE),
  'vault.core.leadership_lost': summary('ms', 'how long the node led, when it loses the lead'),
  'vault.core.step_down': summary('ms', 'the lead given up by `step-down`'),
  'vault.core.unseal': summary('ms', 'unseals'),
  'vault.core.post_unseal': summary('ms', 'set-up after a node became active'),
  'vault.core.pre_seal': summary('ms', 'tear-down when an active node stops being it'),
  'vault.core.seal-with-request': summary('ms', 'seals that a client asked for'),
  'vault.core.seal-internal': summary('ms', 'seals for any reason')
}

export const requestMetrics = {
  'vault.core.handle_request': summary('ms', 'requests on paths that ask for a token'),
  'vault.core.handle_login_request': summary('ms', 'requests on paths that ask for none'),
  'vault.core.check_token': summary('ms', 'tokens checked'),
  'vault.core.fetch_acl_and_token': summary('ms', 'tokens and their policies fetched'),
  'vault.core.response_status_code': counter('answers', 'answers by status', { labels: ['code', 'type'] }),
  'vault.route.<operation>.<mountpoint>': summary('ms', 'requests by operation and mount, with `-` for each `/`'),
  'vault.barrier.get': summary('ms', 'reads of the storage'),
  'vault.barrier.put': summary('ms', 'writes to the storage'),
  'vault.barrier.delete': summary('ms', 'deletions in the storage'),
  'vault.barrier.list': summary('ms', 'lists of the storage')
}

export const quotaMetrics = {
  'vault.quota.rate_limit.violation': counter('requests', 'requests beyond a rate limit', { labels: ['name'] })
}

export const runtimeMetrics = {
  'vault.runtime.alloc_bytes': gauge('bytes', "Node.js's heap in use, of the whole process"),
  'vault.runtime.sys_bytes': gauge('bytes', 'memory that the system gave to the process'),
  'vault.runtime.num_goroutines': gauge('resources', 'what keeps the process busy: sockets, timers, files')
}

export const auditMetrics = {
  'vault.audit.log_request': summary('ms', 'requests written to all devices'),
  'vault.audit.log_response': summary('ms', 'responses written to all devices'),
  'vault.audit.log_request_failure': counter('failures', 'requests that no device could write'),
  'vault.audit.log_response_failure': counter('failures', 'responses that no device could write'),
  'vault.audit.<device>.log_request': summary('ms', 'requests written to one device'),
  'vault.audit.<device>.log_response': summary('ms', 'responses written to one device')
}
