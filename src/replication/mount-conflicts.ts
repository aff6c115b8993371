// A mount of the primary that arrives where a secondary has a local one: nothing more is applied until that has moved.
import type { Cluster } from '../cluster/cluster.js'
import type { ReplicationKind } from './records.js'

const SHARED = /^replicated\/((?:ns\/[^/]+\/)?(?:mounts|auth)\/)(.+)$/

/**
 * Whether an entry of the primary is a mount at whose path, above or below it, this cluster has a local one.
 *
 * @see `reference/replication.md` §5.4: `a local (non-replicated) mount already exists`, state `idle`
 */
export function conflictIn ({ storage }: Cluster, kind: ReplicationKind, path: string): boolean {
  const [, table, name] = SHARED.exec(path) ?? []
  if (kind === 'dr' || table === undefined || name === undefined) return false
  const locals = storage.paths(`local/${table}`)
  return [...locals].some((local) => overlaps(local.slice(`local/${table}`.length), name))
}

/** Paths of mounts, each with its trailing slash. */
function overlaps (a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a)
}
