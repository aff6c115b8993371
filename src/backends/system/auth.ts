// sys/auth: the auth methods.
import { invalid } from '../../refusal/index.js'
import { deleteBelow } from '../../vault/tokens/deletion.js'
import { revokePrefix } from '../../vault/tokens/leases.js'
import { disableMount, enableMount, sanitizePath } from '../../vault/mounts/mount-changes.js'
import { apiPath, mountAt, mountPrefix } from '../../vault/mounts/mounts.js'
import { onceSettled, type Eventually } from '../../vault/eventually.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import {
  mountFields, mountPath, mountRequest, noFields, refuseList, tuneFields, type MountCall
} from './mounts/mount-fields.js'
import { renderMount, renderTable } from './mounts/mount-rendering.js'
import { showTuning, tune } from './mounts.js'

/** The order matters: the first pattern that fits answers. */
export const authPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/auth', [
  definePath({ path: 'auth', summary: 'The enabled auth methods.', fields: noFields, operations: { read: list } }),
  definePath({
    path: 'auth/*path/tune',
    summary: 'Settings of an auth method.',
    fields: tuneFields,
    sudo: true,
    operations: {
      read: (call) => showTuning(call, `auth/${mountPath(call)}`),
      update: (call) => tune(call, `auth/${mountPath(call)}`)
    }
  }),
  definePath({
    path: 'auth/*path',
    summary: 'Enables, shows and disables an auth method.',
    fields: mountFields,
    sudo: true,
    operations: { read, update: enable, delete: disable, list: refuseList }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  return { data: renderTable(call, 'auth') }
}

function read (call: MountCall): LogicalResponse {
  const path = sanitizePath(mountPath(call))
  const mount = mountAt(call.storage, 'auth', path)
  if (mount === undefined) throw invalid(`No auth engine at ${path}`)
  return { data: renderMount(mount, call.cluster.profile) }
}

function enable (call: MountCall): undefined {
  enableMount(call.storage, mountRequest(call, 'auth'), call.cluster.random.stream('mounts'))
}

function disable (call: MountCall): Eventually<void> {
  const mount = disableMount(call.storage, 'auth', mountPath(call))
  if (mount === undefined) return
  return onceSettled(revokePrefix(call, apiPath(mount)), () => deleteBelow(call, mountPrefix(mount)))
}
