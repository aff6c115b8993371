// The map of what the pages of `sys/` store themselves; what they show besides belongs to the layers below.
import type { Area, Storage } from '../../cluster/storage.js'

/** How audit devices are to show a request header. */
export type AuditedHeader = { readonly hmac: boolean }

/** When the encryption key is replaced by itself. */
export type RotateConfig = {
  readonly enabled: boolean
  readonly maxOperations: number
  /** 0: whatever its age */
  readonly intervalSeconds: number
}

/** Windows on the storage of a cluster, by what they hold. */
export const stored = {
  /** by the header's name in lower case */
  auditedHeaders: (storage: Storage): Area<AuditedHeader> => storage.area('replicated/core/audited-header/'),
  /** the values of a header of the web interface, by its name in lower case */
  uiHeaders: (storage: Storage): Area<readonly string[]> => storage.area('replicated/core/ui-header/'),
  /** a single entry */
  rotateConfig: (storage: Storage) => {
    const area = storage.area<RotateConfig>('own/')
    const name = 'rotate-config'
    return { get: () => area.get(name), put: (config: RotateConfig) => { area.put(name, config) } }
  }
} as const
