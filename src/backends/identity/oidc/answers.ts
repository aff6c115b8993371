// How the endpoints of a provider answer: bare JSON without a newline, errors as the specifications want them.
import { goMap, printJson, type JsonObject } from '../../../json/index.js'
import type { LogicalResponse } from '../../../vault/paths.js'

/** A refusal of an endpoint: its code, and what is said to it. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'

  /** @param code e.g. `invalid_grant` */
  constructor (readonly code: string, message: string) {
    super(message)
  }
}

/** How an endpoint tells refusals. */
export interface ErrorStyle {
  /** by code; others are 400 */
  readonly statuses: Readonly<Record<string, number>>
  /** of every answer */
  readonly headers?: Readonly<Record<string, string>>
  /** what else is said, beside code and description */
  readonly members?: (error: EndpointError) => JsonObject
  readonly errorHeaders?: (error: EndpointError) => Record<string, string> | undefined
}

/** The answer of an endpoint, or the refusal that it threw. */
export async function endpointResponse (
  style: ErrorStyle, answer: () => JsonObject | Promise<JsonObject>
): Promise<LogicalResponse> {
  try {
    return bare(200, await answer(), { ...style.headers })
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error
    const body = { error: error.code, error_description: error.message, ...style.members?.(error) }
    const headers = { ...style.headers, ...style.errorHeaders?.(error) }
    return bare(style.statuses[error.code] ?? 400, body, headers)
  }
}

function bare (status: number, members: JsonObject, headers: Record<string, string>): LogicalResponse {
  return { raw: { status, contentType: 'application/json', headers, body: printJson(goMap(members)) } }
}
