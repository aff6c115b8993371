// sys/pprof: profiles of a running server; refused. https://developer.hashicorp.com/vault/api-docs/system/pprof
import { Type } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath } from '../../vault/paths.js'
import { knownFrom, REFUSED } from '../../vault/source.js'

const fields = Type.Object({ profile: field.string({ description: 'The profile to take.' }) })

export const pprofPaths = knownFrom(REFUSED, ['pprof', 'pprof/*profile'].map((path) => definePath({
  path,
  summary: 'Returns an HTML page listing the available profiles.',
  fields,
  operations: { read: refuse }
})))

function refuse (): never {
  throw invalid('vault-mock does not simulate pprof: there is no Go runtime to look into')
}
