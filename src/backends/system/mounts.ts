// sys/mounts: the secrets engines.
import { upgradeToVersions } from '../kv/version-2.js'
import { invalid } from '../../refusal/index.js'
import { disableMount, enableMount, sanitizePath } from '../../vault/mounts/mount-changes.js'
import { tuneMount } from '../../vault/mounts/mount-tuning.js'
import { onceSettled, type Eventually } from '../../vault/eventually.js'
import { isSingleton } from '../../vault/mounts/mount-types.js'
import { apiPath, mountAt, mountPrefix, resolveMount } from '../../vault/mounts/mounts.js'
import { deleteBelow } from '../../vault/tokens/deletion.js'
import { revokePrefix } from '../../vault/tokens/leases.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import {
  givenTuneFields, mountFields, mountPath, mountRequest, noFields, refuseList, tuneFields, tuneRequest,
  type MountCall, type TuneCall
} from './mounts/mount-fields.js'
import { renderMount, renderTable, renderTuning } from './mounts/mount-rendering.js'

/** The order matters: the first pattern that fits answers. */
export const mountsPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/mounts', [
  definePath({ path: 'mounts', summary: 'The mounted secrets engines.', fields: noFields, operations: { read: list } }),
  definePath({
    path: 'mounts/*path/tune',
    summary: 'Settings of a mount; also of an auth method, as auth/PATH.',
    fields: tuneFields,
    operations: { read: readTuning, update: (call) => tune(call, mountPath(call)) }
  }),
  definePath({
    path: 'mounts/*path',
    summary: 'Mounts, shows and unmounts a secrets engine.',
    fields: mountFields,
    operations: { read, update: enable, delete: disable, list: refuseList }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  return { data: renderTable(call, 'mounts') }
}

/** Any path below a mount shows the mount. */
function read (call: MountCall): LogicalResponse {
  const path = sanitizePath(mountPath(call))
  const mount = resolveMount(call.storage, path)?.mount
  if (mount === undefined) throw invalid(`No secret engine mount at ${path}`)
  return { data: renderMount(mount, call.cluster.profile) }
}

function enable (call: MountCall): undefined {
  enableMount(call.storage, mountRequest(call, 'mounts'), call.cluster.random.stream('mounts'))
}

/** What the engine gave out for a while is taken back first. */
function disable (call: MountCall): Eventually<void> {
  const mount = mountAt(call.storage, 'mounts', sanitizePath(mountPath(call)))
  const lends = mount !== undefined && !isSingleton(mount.type)
  return onceSettled(lends ? revokePrefix(call, apiPath(mount)) : undefined, () => {
    const disabled = disableMount(call.storage, 'mounts', mountPath(call))
    return disabled && deleteBelow(call, mountPrefix(disabled))
  })
}

function readTuning (call: TuneCall): LogicalResponse {
  return showTuning(call, mountPath(call))
}

/** @param path as requests have it: `secret`, `auth/approle` */
export function showTuning (call: Call<unknown>, path: string): LogicalResponse {
  const sanitized = sanitizePath(path)
  const mount = resolveMount(call.storage, sanitized)?.mount
  if (mount === undefined) throw invalid(`cannot fetch sysview for path "${sanitized}"`)
  return { data: renderTuning(mount, call.cluster.leaseTtls) }
}

/** @param path as requests have it: `secret`, `auth/approle` */
export function tune (call: TuneCall, path: string): LogicalResponse | undefined {
  const { storage, nowMs } = call
  const warnings = tuneMount(storage, path, tuneRequest(call), givenTuneFields(call), (prefix) => {
    upgradeToVersions(storage, prefix, nowMs)
  })
  return warnings.length === 0 ? undefined : { warnings }
}
