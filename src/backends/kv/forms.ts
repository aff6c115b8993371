// What the entries of a KV mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { instant } from '../../sim/declared.js'
import { anyObject, formOf, orNull, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Attribution } from './attribution.js'
import type { KeyMetadata, KvConfig, StoredVersion } from './stored-versions.js'

const By = Type.Optional(formOf<Attribution>()(Type.Object({
  actor: text,
  operation: text,
  entityId: text,
  clientId: text
})))

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
  metadataCasRequired: yesOrNo,
  lastUpdatedBy: By
}))

const Version = formOf<StoredVersion>()(Type.Object({
  createdAtMs: instant,
  deletionAtMs: instant,
  destroyed: yesOrNo,
  data: orNull(anyObject),
  createdBy: By,
  deletedBy: By
}))

const Config = formOf<KvConfig>()(Type.Object({
  casRequired: yesOrNo,
  metadataCasRequired: yesOrNo,
  maxVersions: whole,
  deleteVersionAfterSeconds: whole
}))

export const kvV2Forms: PrefixForms = [['m/', Metadata], ['v/', Version], ['config', Config]]

/** KV version 1 stores what clients send: objects. */
export const kvV1Forms: PrefixForms = [['', anyObject]]
