// sys/internal/ui/mounts: what the web interface and `vault kv` ask before anything else.
import { Type } from '@sinclair/typebox'
import { invalid, VaultError } from '../../refusal/index.js'
import { goMap, type JsonObject } from '../../json/index.js'
import type { Acl } from '../../vault/policies/acl.js'
import { field } from '../../vault/fields/fields.js'
import { sanitizePath } from '../../vault/mounts/mount-changes.js'
import {
  apiPath, mountsOf, resolveMount, type MountConfig, type MountEntry, type MountTable
} from '../../vault/mounts/mounts.js'
import { innermost } from '../../vault/namespaces/entering.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { aclOf } from '../../vault/authentication.js'
import { noFields } from './mounts/mount-fields.js'
import { renderMount, renderMountForAnyone } from './mounts/mount-rendering.js'

const mountFields = Type.Object({ path: field.string({ description: 'The path of the mount.' }) })

/** Without token in the eyes of the router; where one is given, or needed, the handlers look at it themselves. */
export const internalUiMountsPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/internal-ui-mounts', [
  definePath({
    path: 'internal/ui/mounts',
    summary: 'The mounts that the caller may see.',
    fields: noFields,
    unauthenticated: true,
    operations: { read: list }
  }),
  definePath({
    path: 'internal/ui/mounts/*path',
    summary: 'The mount that a path belongs to.',
    fields: mountFields,
    unauthenticated: true,
    operations: { read }
  })
])

/** Without a token only what is listed for everyone, and little of it. */
function list (call: Call<unknown>): LogicalResponse {
  const acl = call.request.clientToken === '' ? undefined : aclOf(call)
  return { data: goMap({ auth: visible(call, 'auth', acl), secret: visible(call, 'mounts', acl) }) }
}

function visible (call: Call<unknown>, table: MountTable, acl: Acl | undefined): JsonObject {
  const isSeen = (mount: MountEntry): boolean => mount.config.listingVisibility === 'unauth' || mayUse(acl, mount)
  const seen = mountsOf(call.storage, table).filter(isSeen).map((mount) => {
    return [mount.path, acl === undefined ? renderMountForAnyone(mount) : rendered(mount, call)]
  })
  return goMap(Object.fromEntries(seen))
}

/**
 * Any path below a mount shows the mount, also one that leads into a namespace below; then its path is told from the
 * root on. A mount that is not there looks like one that the caller may not use.
 *
 * @throws VaultError `preflight capability check returned 403 …`
 */
function read (call: Call<unknown>): LogicalResponse {
  if (call.params.path === undefined || call.params.path === '') throw invalid('path not set')
  const path = sanitizePath(call.params.path)
  const acl = aclOf(call)
  const inner = innermost(call.storage, call.namespace, path)
  const way = inner.path.slice(call.namespace.path.length)
  const mount = resolveMount(call.storage.whole.namespace(inner.id), path.slice(way.length))?.mount
  if (mount === undefined || !mayUse(acl, mount, way)) {
    const advice = `please ensure client's policies grant access to path "${path}"`
    throw new VaultError('denied', `preflight capability check returned 403, ${advice}`)
  }
  const shown = inner === call.namespace ? mount.path : inner.path + mount.path
  return { data: goMap({ ...rendered(mount, call), path: shown }) }
}

function rendered (mount: MountEntry, { cluster: { profile, leaseTtls } }: Call<unknown>): JsonObject {
  if (!profile.uiMountsShowSystemTtls) return renderMount(mount, profile)
  const { defaultLeaseTtlSeconds, maxLeaseTtlSeconds } = mount.config
  const config: MountConfig = {
    ...mount.config,
    defaultLeaseTtlSeconds: defaultLeaseTtlSeconds || leaseTtls.defaultSeconds,
    maxLeaseTtlSeconds: maxLeaseTtlSeconds || leaseTtls.maxSeconds
  }
  return renderMount({ ...mount, config }, profile)
}

/** Any capability but deny, at the mount or below it. @param way from the request's namespace to the mount's */
function mayUse (acl: Acl | undefined, mount: MountEntry, way = ''): boolean {
  return acl?.hasAnyCapabilityBelow(way + apiPath(mount)) === true
}
