// sys/rekey: backups of the keys.
import { Type } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { definePath } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

export const rekeyPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/rekey', ['backup', 'recovery-key-backup'].map((name) => definePath({
  path: `rekey/${name}`,
  summary: 'Allows fetching or deleting the backup of the rotated unseal keys.',
  fields: Type.Object({}),
  operations: { read: () => { throw invalid('no backed-up keys found') }, delete: () => undefined }
})))
