// sys/rekey: backups of the keys. https://developer.hashicorp.com/vault/api-docs/system/rekey
import { Type } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { definePath, type PathDefinition } from '../../vault/paths.js'

export const rekeyPaths: readonly PathDefinition[] = ['backup', 'recovery-key-backup'].map((name) => definePath({
  path: `rekey/${name}`,
  summary: 'Allows fetching or deleting the backup of the rotated unseal keys.',
  fields: Type.Object({}),
  operations: { read: () => { throw invalid('no backed-up keys found') }, delete: () => undefined }
}))
