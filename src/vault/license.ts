// The license of the enterprise edition: an invented one, loaded at start, that nobody will see the end of.

/** Instants are fixed: monitoring compares what different pages say of them. */
export interface License {
  readonly id: string
  readonly startsAtMs: number
  readonly expiresAtMs: number
  /** when features stop working: ten years later, as in the documentation's sample */
  readonly terminatesAtMs: number
  readonly features: readonly string[]
  readonly performanceStandbyCount: number
}

export const license: License = {
  id: '00000000-0000-4000-8000-000000000000',
  startsAtMs: Date.UTC(2020, 0, 1),
  expiresAtMs: Date.UTC(2099, 11, 31, 23, 59, 59),
  terminatesAtMs: Date.UTC(2109, 11, 31, 23, 59, 59),
  features: ['Performance Replication', 'DR Replication', 'Performance Standby', 'Namespaces', 'Automated Snapshots'],
  performanceStandbyCount: 9999
}
