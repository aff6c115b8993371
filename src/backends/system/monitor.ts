// sys/monitor: the log of a running server; refused. https://developer.hashicorp.com/vault/api-docs/system/monitor
import { Type } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath } from '../../vault/paths.js'
import { knownFrom, REFUSED } from '../../vault/source.js'

const fields = Type.Object({
  log_level: field.string({
    description: 'Log level to view system logs at. ' +
      'Currently supported values are "trace", "debug", "info", "warn", "error".'
  }),
  log_format: field.string({ description: 'Output format of logs. Supported values are "standard" and "json".' })
})

export const monitorPaths = knownFrom(REFUSED, [
  definePath({ path: 'monitor', summary: 'Streams the log.', fields, operations: { read: refuse } })
])

function refuse (): never {
  throw invalid('vault-mock does not stream its log: it writes it to standard error, see --log-level')
}
