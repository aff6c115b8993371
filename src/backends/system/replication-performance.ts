// sys/replication/performance. https://developer.hashicorp.com/vault/api-docs/system/replication/replication-performance
import { Type } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { deletePathsFilter, filteredMounts, pathsFilter, putPathsFilter } from '../../replication/filters.js'
import { requireSecondary } from '../../replication/transitions.js'
import { primaryRecord } from '../../replication/records.js'
import { refusals } from '../../replication/refusals.js'
import { generatePublicKey } from '../../replication/sealed-box.js'
import { Withheld } from '../../cluster/storage.js'
import { goMap } from '../../json/index.js'
import { unsupportedPath } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { aclOf } from '../../vault/request.js'
import { enterprise, maintenancePaths, primaryPaths, requireEnterprise, secondaryPaths, type Page } from './replication-operations.js'
import { renderReplication } from './replication-status.js'

const BASE = 'replication/performance/'
const page: Page = { base: BASE, kind: 'performance', legacy: false }
const Id = Type.Object({ id: field.string({ description: 'Identifier of the secondary.' }) })

export const performanceReplicationPaths: readonly PathDefinition[] = [
  statusPath(`${BASE}status`, 'performance'),
  ...primaryPaths(page),
  ...secondaryPaths(page),
  ...maintenancePaths(BASE, { isDr: false }).filter(({ path }) => path.endsWith('/reindex')),
  publicKeyPath(`${BASE}secondary/generate-public-key`, 'performance'),
  definePath({
    path: `${BASE}primary/paths-filter/:id`,
    summary: 'Says which mounts a secondary is given.',
    fields: Type.Object({
      ...Id.properties,
      mode: field.string({ default: 'allow', description: '`allow`: these alone; `deny`: all but these.' }),
      paths: field.stringList({ default: [], description: 'Mounts.' })
    }),
    operations: {
      read: enterprise(({ cluster, params }) => {
        const filter = pathsFilter(cluster, params.id ?? '')
        return filter && { data: { mode: filter.mode, paths: filter.paths } }
      }),
      update: enterprise(({ cluster, params, fields }) => { putPathsFilter(cluster, params.id ?? '', fields); return undefined }),
      delete: enterprise(({ cluster, params }) => { deletePathsFilter(cluster, params.id ?? ''); return undefined })
    }
  }),
  definePath({
    path: `${BASE}primary/dynamic-filter/:id`,
    summary: 'Shows the mounts that are held back from a secondary.',
    fields: Id,
    operations: { read: enterprise(({ cluster, params }) => renderFiltered(filteredFor(cluster, params.id ?? ''))) }
  }),
  definePath({
    path: `${BASE}secondary/dynamic-filter/:id`,
    summary: 'Shows the mounts that are held back from this secondary.',
    fields: Id,
    operations: { read: enterprise(({ cluster }) => renderFiltered(withheldMounts(cluster))) }
  })
]

/** Status of one kind, open to all; OpenBao asks for a token before it says that there is no such path (recorded). */
export function statusPath (path: string, kind: 'performance' | 'dr'): PathDefinition {
  return definePath({
    path,
    summary: `Prints the status of ${kind} replication.`,
    unauthenticated: true,
    fields: Type.Object({}),
    operations: {
      read: (call) => {
        if (call.cluster.profile.product !== 'Vault') refuseUnknown(call as Call)
        requireEnterprise(call.cluster)
        return { data: renderReplication(call.cluster, kind) }
      }
    }
  })
}

function refuseUnknown (call: Call): never {
  aclOf(call)
  throw unsupportedPath()
}

/** Before replication is on, and on secondaries; a primary has no use for it. */
export function publicKeyPath (path: string, kind: 'performance' | 'dr'): PathDefinition {
  return definePath({
    path,
    summary: 'Makes a key pair for an activation token.',
    fields: Type.Object({}),
    operations: {
      update: enterprise(({ cluster }) => {
        if (primaryRecord(cluster, kind) !== undefined) throw refusals.alreadyEnabled()
        return { data: { secondary_public_key: generatePublicKey(cluster, kind) } }
      })
    }
  })
}

function filteredFor (cluster: Cluster, id: string): string[] {
  const filter = pathsFilter(cluster, id)
  return filter === undefined ? [] : filteredMounts(cluster.storage, filter)
}

function withheldMounts (cluster: Cluster): string[] {
  requireSecondary(cluster, 'performance')
  return ['mounts', 'auth'].flatMap((table) => {
    const folder = `replicated/${table}/`
    const withheld = [...cluster.storage.stored(folder)].filter(([, value]) => value instanceof Withheld)
    return withheld.map(([path]) => (table === 'auth' ? 'auth/' : '') + path.slice(folder.length))
  })
}

function renderFiltered (mounts: readonly string[]): LogicalResponse {
  return { data: goMap({ dynamic_filtered_mounts: mounts, dynamic_filtered_namespaces: [] }) }
}
