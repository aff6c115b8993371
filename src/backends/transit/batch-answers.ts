// The answers to batches: results in order, and the status that failures among them make.
import { goMap, type JsonObject } from '../../json/index.js'
import type { Call, LogicalResponse } from '../../vault/paths.js'
import type { Outcome } from './batch-items.js'

/** What a request may say of the status when some items failed. */
interface PartialFailure { readonly partial_failure_response_code?: number }

/** All results, 200 whatever they are. */
export function batchAnswer (results: readonly JsonObject[]): LogicalResponse {
  return { data: goMap({ batch_results: results }) }
}

/**
 * The same with the status of the worst: 400 for an item that is wrong, 500 for a server that cannot, or what the
 * request wishes where others succeeded.
 *
 * @see recorded: `decrypt batch, one bad`, `decrypt batch, one bad, own status`
 */
export function batchAnswerByWorst (
  { fields }: Call<PartialFailure>, outcomes: ReadonlyArray<Outcome<unknown>>, results: readonly JsonObject[]
): LogicalResponse {
  const answer = batchAnswer(results)
  const faults = outcomes.map((outcome) => 'fault' in outcome ? outcome.fault : undefined)
  const worst = faults.includes('user') ? 400 : faults.includes('internal') ? 500 : undefined
  if (worst === undefined) return answer
  const wished = faults.includes(undefined) ? fields.partial_failure_response_code : undefined
  const isStatus = wished !== undefined && wished >= 1 && wished <= 599
  const warning = 'invalid HTTP response code override from partial_failure_response_code, reverting to ' + worst
  return {
    ...answer,
    ...(wished === undefined || isStatus ? {} : { warnings: [warning] }),
    status: { code: isStatus ? wished : worst, body: 'envelope', newline: false }
  }
}

/** An item's result: its own members, or the error in their place. */
export function batchResult<T> (
  outcome: Outcome<T>, reference: string, { render, failed = {} }: {
    readonly render: (value: T) => JsonObject
    /** what failures show besides their error */
    readonly failed?: JsonObject
  }
): JsonObject {
  return 'value' in outcome
    ? { ...render(outcome.value), reference }
    : { ...failed, error: outcome.error, reference }
}
