// The effects that are either there or not, for those who read them from text.
import type { Effect } from './fault-schema.js'

export type { Effect } from './fault-schema.js'

type FlagName = {
  [Name in keyof Required<Effect>]: boolean extends Required<Effect>[Name] ? Name : never
}[keyof Effect]

const FLAGS: Record<FlagName, true> = {
  hang: true,
  malformedJson: true,
  missingState: true,
  rateLimited: true,
  sealed: true,
  stale: true,
  corrupt: true,
  incomplete: true,
  diskFull: true
}

export const FAULT_FLAGS: readonly string[] = Object.keys(FLAGS)
