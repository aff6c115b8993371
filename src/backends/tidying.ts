// The answer of the paths that look for what expired tokens and secret ids left behind, which is never anything here.
import type { LogicalResponse } from '../vault/paths.js'

/** 202: the work is said to go on behind. */
export function tidyStarted (): LogicalResponse {
  return {
    warnings: [
      'Tidy operation successfully started. ' +
      "Any information from the operation will be printed to Vault's server logs."
    ],
    status: { code: 202, body: 'envelope' }
  }
}
