// sys/quotas/config: what holds for all quotas. https://developer.hashicorp.com/vault/api-docs/system/quotas-config
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'
import { putQuotaConfig, quotaConfig } from '../../vault/quotas.js'

const fields = Type.Object({
  rate_limit_exempt_paths: field.stringList({
    description: 'Specifies the list of exempt paths from all rate limit quotas.'
  }),
  enable_rate_limit_audit_logging: field.bool({
    description: 'If set, starts audit logging of requests that get rejected due to rate limit quota rule violations.'
  }),
  enable_rate_limit_response_headers: field.bool({
    description: 'If set, additional rate limit quota HTTP headers will be added to responses.'
  })
})

export const quotasConfigPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'quotas/config',
    summary: 'Create, update and read the quota configuration.',
    fields,
    operations: { read, update: write }
  })
])

function read ({ storage }: Call<unknown>): LogicalResponse {
  const config = quotaConfig(storage)
  return {
    data: goMap({
      enable_rate_limit_audit_logging: config.auditLogging,
      enable_rate_limit_response_headers: config.responseHeaders,
      rate_limit_exempt_paths: config.exemptPaths
    })
  }
}

function write ({ storage, fields: given }: Call<Static<typeof fields>>): undefined {
  const old = quotaConfig(storage)
  putQuotaConfig(storage, {
    auditLogging: given.enable_rate_limit_audit_logging ?? old.auditLogging,
    responseHeaders: given.enable_rate_limit_response_headers ?? old.responseHeaders,
    exemptPaths: given.rate_limit_exempt_paths ?? old.exemptPaths
  })
}
