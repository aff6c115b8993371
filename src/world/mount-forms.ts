// What the entries below a mount must look like in a saved world, by the kind of the mount.
import type { TSchema } from '@sinclair/typebox'
import { mountForms as byKind } from '../backends/forms.js'
import type { PrefixForms } from '../vault/entry-forms.js'
import type { MountTable } from '../vault/mounts/mounts.js'

const MOUNT_ENTRY = /^(?:replicated|local)\/(mounts|auth)\//
const BELOW_MOUNT = /^(?:replicated|local)\/mount\/([^/]+)\/(.+)$/s

/** The forms of a storage's mounts, by the mounts' ids. */
export type MountForms = ReadonlyMap<string, PrefixForms>

/** What lies in a namespace lies there as the root's does. */
export function pathInNamespace (path: string): string {
  return path.replace(/^(replicated|local)\/ns\/[^/]*\//, '$1/')
}

/** @param entries not checked yet */
export function mountForms (entries: Readonly<Record<string, unknown>>): MountForms {
  const forms = new Map<string, PrefixForms>()
  for (const [path, mount] of Object.entries(entries)) {
    const [, table] = MOUNT_ENTRY.exec(pathInNamespace(path)) ?? []
    if (table === undefined || typeof mount !== 'object' || mount === null) continue
    const uuid: unknown = Reflect.get(mount, 'uuid')
    const found = formsOf(mount, table === 'auth' ? 'auth' : 'mounts')
    if (typeof uuid === 'string' && found !== undefined) forms.set(uuid, found)
  }
  return forms
}

function formsOf (mount: object, table: MountTable): PrefixForms | undefined {
  const type: unknown = Reflect.get(mount, 'type')
  if (typeof type !== 'string') return undefined
  const kind = type === 'kv' && isVersion2(Reflect.get(mount, 'options')) ? 'kv/2' : type
  return Object.hasOwn(byKind[table], kind) ? byKind[table][kind] : undefined
}

function isVersion2 (options: unknown): boolean {
  return typeof options === 'object' && options !== null && Reflect.get(options, 'version') === '2'
}

/** The form of an entry below a mount; undefined where it may be anything. */
export function formBelowMount (path: string, forms: MountForms): TSchema | undefined {
  const [, uuid = '', rest = ''] = BELOW_MOUNT.exec(path) ?? []
  return forms.get(uuid)?.find(([prefix]) => rest.startsWith(prefix))?.[1]
}
