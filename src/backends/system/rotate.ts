// sys/rotate: a new encryption key, and in OpenBao new key shares.
import { Type } from '@sinclair/typebox'
import { keyringOf, rotateKeyring } from '../../cluster/keyring.js'
import { keyringIn } from '../../cluster/stored.js'
import { definePath, type Call, type PathDefinition } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { refuseRotateOnSecondary } from '../../vault/replication/secondary-guards.js'
import { allEncryptions } from './key-status.js'
import { recoveryKeyPaths } from './rotate/recovery-key.js'
import { rootKeyPaths } from './rotate/root-key.js'

const keyringPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/rotate', ['rotate', 'rotate/keyring'].map((path) => definePath({
  path,
  summary: 'Rotates the backend encryption key used to persist data.',
  sudo: true,
  fields: Type.Object({}),
  operations: { update: rotate }
})))

export const rotatePaths: readonly PathDefinition[] = [...keyringPaths, ...rootKeyPaths, ...recoveryKeyPaths]

/** What the keys before it encrypted is kept with the new one, to be subtracted from all there is. */
function rotate ({ cluster }: Call<unknown>): undefined {
  refuseRotateOnSecondary(cluster)
  const { storage, timeline } = cluster
  const encryptions = allEncryptions(storage)
  keyringIn(storage).put({ ...rotateKeyring(keyringOf(storage), timeline.nowMs), encryptions })
}
