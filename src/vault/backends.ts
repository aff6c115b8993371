// Which kind of mount is answered by which backend.
import type { MountEntry } from './mounts/mounts.js'
import type { Backend } from './paths.js'

/** All backends by their type; those of versions as `kv/2`. */
export type Backends = ReadonlyMap<string, Backend>

/** The backend behind a mount: its type, and for `kv` its version. */
export function backendOf (mount: MountEntry, backends: Backends): Backend {
  const version = mount.type === 'kv' && mount.options?.version === '2' ? 'kv/2' : mount.type
  const found = backends.get(version)
  if (found === undefined) throw new Error(`no backend for mounts of type ${version}`)
  return found
}
