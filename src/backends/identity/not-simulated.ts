// What is not simulated below identity/: MFA at login. Its lists are empty, as there is none.
// https://developer.hashicorp.com/vault/api-docs/secret/identity
import { Type } from '@sinclair/typebox'
import { NotSimulated } from '../../refusal/index.js'
import { definePath, type PathDefinition } from '../../vault/paths.js'
import { REFUSED } from '../../vault/source.js'

const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  'login MFA': ['mfa/*path']
}

export const notSimulatedPaths: readonly PathDefinition[] = Object.entries(SUBJECTS)
  .flatMap(([subject, paths]) => paths.map((path) => refusing(path, subject)))

function refusing (path: string, subject: string): PathDefinition {
  const refuse = (): never => { throw new NotSimulated(subject) }
  return definePath({
    path,
    summary: `Not simulated: ${subject}.`,
    fields: Type.Object({}),
    checked: false,
    source: REFUSED,
    operations: { read: refuse, update: refuse, delete: refuse, list: () => undefined }
  })
}
