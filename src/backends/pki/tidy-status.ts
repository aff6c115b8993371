// How the last tidying went.
import type { JsonObject } from '../../json/index.js'
import type { TidyConfig } from './config-forms.js'

export type TidyState = 'Running' | 'Finished' | 'Error' | 'Cancelling' | 'Cancelled'

export type TidyCounts = JsonObject & {
  readonly certificates: number
  readonly revoked: number
  readonly missingIssuers: number
}

export type TidyStatus = JsonObject & {
  readonly state: TidyState
  readonly config: TidyConfig
  readonly startedAtMs: number
  readonly finishedAtMs: number
  readonly counts: TidyCounts
}
