// sys/replication/performance: its status, its operations, and the filters that only this kind has.
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import {
  deletePathsFilter, filteredMounts, filteredNamespaces, pathsFilter, putPathsFilter, withheldMounts
} from '../../replication/filters.js'
import { requireSecondary } from '../../replication/transitions.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { reindexPath } from './replication/maintenance.js'
import { enterprise, type Page } from './replication/pages.js'
import { primaryPaths } from './replication/primary.js'
import { publicKeyPath, secondaryPaths } from './replication/secondary.js'
import { statusPath } from './replication/status.js'

const BASE = 'replication/performance/'
const page: Page = { base: BASE, kind: 'performance', legacy: false }
const Id = Type.Object({ id: field.string({ description: 'Identifier of the secondary.' }) })
const Filter = Type.Object({
  ...Id.properties,
  mode: field.string({ default: 'allow', description: '`allow`: these alone; `deny`: all but these.' }),
  paths: field.stringList({ default: [], description: 'Mounts.' })
})
/** One filter under two names: what is written here reads back as a paths filter, and the other way round. */
const MountFilter = Type.Object({
  ...Id.properties,
  mode: field.string({ default: 'whitelist', description: '`whitelist`: these alone; `blacklist`: all but these.' }),
  paths: field.stringList({ default: [], description: 'Mounts.' })
})
const OLD_MODES = { allow: 'whitelist', deny: 'blacklist' } as const

export const performanceReplicationPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/replication/replication-performance', [
  statusPath(`${BASE}status`, 'performance'),
  ...primaryPaths(page),
  ...secondaryPaths(page),
  reindexPath(BASE, { isDr: false }),
  publicKeyPath(`${BASE}secondary/generate-public-key`, 'performance'),
  definePath({
    path: `${BASE}primary/paths-filter/:id`,
    summary: 'Says which mounts a secondary is given.',
    fields: Filter,
    operations: { read: enterprise(readFilter), update: enterprise(writeFilter), delete: enterprise(removeFilter) }
  }),
  definePath({
    path: `${BASE}primary/mount-filter/:id`,
    summary: 'Says which mounts a secondary is given, in the words of 0.8 to 1.10.',
    inProfile: ({ mountFilters }) => mountFilters,
    fields: MountFilter,
    operations: {
      read: enterprise(readMountFilter), update: enterprise(writeMountFilter), delete: enterprise(removeFilter)
    }
  }),
  definePath({
    path: `${BASE}primary/dynamic-filter/:id`,
    summary: 'Shows the mounts that are held back from a secondary.',
    fields: Id,
    operations: { read: enterprise(({ cluster, params }) => filteredFor(cluster, params.id ?? '')) }
  }),
  definePath({
    path: `${BASE}secondary/dynamic-filter/:id`,
    summary: 'Shows the mounts that are held back from this secondary.',
    fields: Id,
    operations: { read: enterprise(({ cluster }) => renderFiltered(heldBackHere(cluster))) }
  })
])

function readFilter ({ cluster, params }: Call<unknown>): LogicalResponse | undefined {
  const filter = pathsFilter(cluster, params.id ?? '')
  return filter && { data: { mode: filter.mode, paths: filter.paths } }
}

function writeFilter ({ cluster, params, fields }: Call<Static<typeof Filter>>): undefined {
  putPathsFilter(cluster, params.id ?? '', fields)
}

function removeFilter ({ cluster, params }: Call<unknown>): undefined {
  deletePathsFilter(cluster, params.id ?? '')
}

function readMountFilter ({ cluster, params }: Call<unknown>): LogicalResponse | undefined {
  const filter = pathsFilter(cluster, params.id ?? '')
  return filter && { data: { mode: OLD_MODES[filter.mode], paths: filter.paths } }
}

function writeMountFilter ({ cluster, params, fields }: Call<Static<typeof MountFilter>>): undefined {
  const { paths } = fields
  const mode = fields.mode === OLD_MODES.allow ? 'allow' : fields.mode === OLD_MODES.deny ? 'deny' : undefined
  // inferred, after the text of paths filters
  if (mode === undefined) throw invalid(`invalid filter mode "${fields.mode}", must be "whitelist" or "blacklist"`)
  putPathsFilter(cluster, params.id ?? '', { mode, paths })
}

function filteredFor (cluster: Cluster, id: string): LogicalResponse {
  const filter = pathsFilter(cluster, id)
  if (filter === undefined) return renderFiltered([])
  const { storage } = cluster
  return renderFiltered(filteredMounts(storage, filter), filteredNamespaces(storage, filter))
}

/** Of namespaces that are held back nothing is known here, not even their names. */
function heldBackHere (cluster: Cluster): string[] {
  requireSecondary(cluster, 'performance')
  return withheldMounts(cluster.storage)
}

function renderFiltered (mounts: readonly string[], namespaces: readonly string[] = []): LogicalResponse {
  return { data: goMap({ dynamic_filtered_mounts: mounts, dynamic_filtered_namespaces: namespaces }) }
}
