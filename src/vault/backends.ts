// Which kind of mount is answered by which backend; routes and engines register theirs here.
import type { MountEntry } from './mounts/mounts.js'
import type { Backend } from './paths.js'

const backends = new Map<string, Backend>()

/** Makes a backend known under its type; for engines with versions also as `kv/2`. */
export function registerBackend (name: string, backend: Backend): void {
  backends.set(name, backend)
}

/** The backend behind a mount: its type, and for `kv` its version. */
export function backendOf (mount: MountEntry): Backend {
  const version = mount.type === 'kv' && mount.options?.version === '2' ? 'kv/2' : mount.type
  const found = backends.get(version)
  if (found === undefined) throw new Error(`no backend for mounts of type ${version}`)
  return found
}
