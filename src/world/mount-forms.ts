// What the entries below a mount must look like in a saved world, by the kind of the mount.
import { Type, type TSchema } from '@sinclair/typebox'
import type { AppRole } from '../backends/approle/stored-roles.js'
import type { SecretId } from '../backends/approle/stored-secret-ids.js'
import type { KeyMetadata, KvConfig, StoredVersion } from '../backends/kv/stored-versions.js'
import type { User } from '../backends/userpass/stored-users.js'
import { instant, texts } from '../sim/declared.js'
import type { TokenParameters } from '../vault/tokens/token-parameters.js'
import { anyObject, formOf, orNull, text, whole, yesOrNo, type PrefixForms } from './entry-forms.js'

const Parameters = formOf<TokenParameters>()(Type.Object({
  boundCidrs: texts,
  explicitMaxTtlSeconds: whole,
  maxTtlSeconds: whole,
  noDefaultPolicy: yesOrNo,
  numUses: whole,
  periodSeconds: whole,
  policies: texts,
  strictlyBindIp: yesOrNo,
  ttlSeconds: whole,
  tokenType: text
}))

const Role = formOf<AppRole>()(Type.Object({
  name: text,
  roleId: text,
  bindSecretId: yesOrNo,
  localSecretIds: yesOrNo,
  secretIdBoundCidrs: orNull(texts),
  secretIdNumUses: whole,
  secretIdTtlSeconds: whole,
  oldPolicies: yesOrNo,
  oldPeriod: yesOrNo,
  parameters: Parameters
}))

const SecretIdForm = formOf<SecretId>()(Type.Object({
  secretId: text,
  accessor: text,
  roleName: text,
  metadata: anyObject,
  cidrList: texts,
  tokenBoundCidrs: texts,
  numUses: whole,
  ttlSeconds: whole,
  createdAtMs: instant,
  updatedAtMs: instant,
  expiresAtMs: instant
}))

const UserForm = formOf<User>()(Type.Object({
  passwordHash: text,
  oldPolicies: yesOrNo,
  oldTtl: yesOrNo,
  oldMaxTtl: yesOrNo,
  parameters: Parameters
}))

const Metadata = formOf<KeyMetadata>()(Type.Object({
  currentVersion: whole,
  oldestVersion: whole,
  createdAtMs: instant,
  updatedAtMs: instant,
  maxVersions: whole,
  casRequired: yesOrNo,
  deleteVersionAfterSeconds: whole,
  customMetadata: orNull(anyObject),
  metadataVersion: whole,
  metadataCasRequired: yesOrNo
}))

const Version = formOf<StoredVersion>()(Type.Object({
  createdAtMs: instant,
  deletionAtMs: instant,
  destroyed: yesOrNo,
  data: orNull(anyObject)
}))

const Config = formOf<KvConfig>()(Type.Object({
  casRequired: yesOrNo,
  metadataCasRequired: yesOrNo,
  maxVersions: whole,
  deleteVersionAfterSeconds: whole
}))

const KV_2: PrefixForms = [['m/', Metadata], ['v/', Version], ['config', Config]]
/** KV version 1 stores what clients send: objects. */
const KV_1: PrefixForms = [['', anyObject]]
const BY_TYPE: Readonly<Record<string, PrefixForms>> = {
  approle: [['role/', Role], ['role-id/', text], ['secret-id/', SecretIdForm], ['secret-id-of/', text]],
  userpass: [['user/', UserForm]]
}

const MOUNT_ENTRY = /^(?:replicated|local)\/(?:mounts|auth)\//
const BELOW_MOUNT = /^(?:replicated|local)\/mount\/([^/]+)\/(.+)$/s

/** The forms of a storage's mounts, by the mounts' ids. */
export type MountForms = ReadonlyMap<string, PrefixForms>

/** @param entries not checked yet */
export function mountForms (entries: Readonly<Record<string, unknown>>): MountForms {
  const forms = new Map<string, PrefixForms>()
  for (const [path, mount] of Object.entries(entries)) {
    if (!MOUNT_ENTRY.test(path) || typeof mount !== 'object' || mount === null) continue
    const uuid: unknown = Reflect.get(mount, 'uuid')
    const found = formsOf(mount)
    if (typeof uuid === 'string' && found !== undefined) forms.set(uuid, found)
  }
  return forms
}

function formsOf (mount: object): PrefixForms | undefined {
  const type: unknown = Reflect.get(mount, 'type')
  if (type === 'kv') return isVersion2(Reflect.get(mount, 'options')) ? KV_2 : KV_1
  return typeof type === 'string' && Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined
}

function isVersion2 (options: unknown): boolean {
  return typeof options === 'object' && options !== null && Reflect.get(options, 'version') === '2'
}

/** The form of an entry below a mount; undefined where it may be anything. */
export function formBelowMount (path: string, forms: MountForms): TSchema | undefined {
  const [, uuid = '', rest = ''] = BELOW_MOUNT.exec(path) ?? []
  return forms.get(uuid)?.find(([prefix]) => rest.startsWith(prefix))?.[1]
}
