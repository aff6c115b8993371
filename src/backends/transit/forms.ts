// What the entries of a transit mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { count, oneOf, texts } from '../../sim/declared.js'
import { ALARMS } from '../../vault/alarms.js'
import { formOf, orNull, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import { KEY_TYPE_NAMES } from './key-types.js'
import type { CacheConfig, KeysConfig, KeyVersion, TransitKey } from './stored-keys.js'

const Event = orNull(Type.Object({ time: text, version: count }))
const base64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', description: 'base64' })
const base64OrNull = Type.Union([base64, Type.Null()], { description: 'base64 or null' })

const Key = formOf<TransitKey>()(Type.Object({
  name: text,
  type: oneOf<string>(...KEY_TYPE_NAMES),
  keySizeBytes: whole,
  derived: yesOrNo,
  kdf: whole,
  convergentEncryption: yesOrNo,
  convergentVersion: whole,
  exportable: yesOrNo,
  allowPlaintextBackup: yesOrNo,
  deletionAllowed: yesOrNo,
  softDeleted: yesOrNo,
  latestVersion: count,
  minDecryptionVersion: count,
  minEncryptionVersion: count,
  minAvailableVersion: count,
  autoRotatePeriodSeconds: count,
  imported: yesOrNo,
  allowImportedKeyRotation: yesOrNo,
  versionTemplate: text,
  backupInfo: Event,
  restoreInfo: Event
}))

const Version = formOf<KeyVersion>()(Type.Object({
  creationTime: text,
  key: base64OrNull,
  hmacKey: base64OrNull,
  privateKey: base64OrNull,
  publicKey: base64OrNull,
  convergentVersion: whole,
  certificateChain: texts
}))

const Cache = formOf<CacheConfig>()(Type.Object({ size: whole }))
const Keys = formOf<KeysConfig>()(Type.Object({ disableUpsert: yesOrNo }))

export const transitForms: PrefixForms = [
  ['policy/', Key], ['version/', Version], ['config/cache', Cache], ['config/keys', Keys], [ALARMS, Type.Literal(true)]
]
