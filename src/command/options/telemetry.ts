// The options of sys/metrics.
import { bool } from './kinds.js'
import type { OptionDefinition } from './definition.js'

export const TELEMETRY = {
  prometheus: {
    group: 'Behaviour',
    flag: 'prometheus',
    read: bool,
    default: false,
    shownDefault: 'on in documented',
    description: 'offer the Prometheus form of sys/metrics'
  },
  unauthenticatedMetricsAccess: {
    group: 'Behaviour',
    flag: 'unauthenticated-metrics-access',
    read: bool,
    default: false,
    description: 'sys/metrics asks for no token: also on standbys, sealed nodes and DR secondaries'
  }
} satisfies Record<string, OptionDefinition<boolean>>
