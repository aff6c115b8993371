// Refuses requests beyond a rate limit quota, before anything else is looked at.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { VaultError } from '../refusal/index.js'
import { quotaConfig, spendRate } from '../vault/quotas.js'
import { nodeOf } from './addressee.js'
import { headerText } from './request-headers.js'

/**
 * Counts the request; its answer says what is left where quotas are told to.
 *
 * @throws {VaultError} `rate-limited`
 * @see `http/util.go`, rateLimitQuotaWrapping
 */
export function limitRate (request: FastifyRequest, reply: FastifyReply, path: string): void {
  const node = nodeOf(request)
  if (node.sealed) return
  const namespace = headerText(request.headers['x-vault-namespace'])
  const verdict = spendRate(node, path, request.raw.socket.remoteAddress ?? '', namespace)
  if (verdict === undefined) return
  if (quotaConfig(node.storage).responseHeaders) {
    reply
      .header('x-ratelimit-limit', verdict.limit)
      .header('x-ratelimit-remaining', verdict.remaining)
      .header('x-ratelimit-reset', verdict.resetSeconds)
    if (!verdict.allowed) reply.header('retry-after', verdict.resetSeconds)
  }
  if (verdict.allowed) return
  node.telemetry.note('vault.quota.rate_limit.violation', 1, { name: verdict.name })
  throw new VaultError('rate-limited', `request path "${path}": rate limit quota exceeded`)
}
