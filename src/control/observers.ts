// Who looks at the requests of a world: fault rules and the journal. A world without either has no observers at all.
import type { FaultRules } from './faults.js'
import type { Journal } from './journal.js'

export interface Observers {
  /** undefined while there is no rule */
  readonly faults: FaultRules | undefined
  /** undefined while nothing is written down */
  readonly journal: Journal | undefined
}
