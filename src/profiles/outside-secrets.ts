// How engines whose credentials are another system's differ (recorded: `outside-secrets`).
import type { ByProfile } from './names.js'

export interface OutsideSecretsQuirks {
  /** the order in which RabbitMQ's permissions for topics are shown */
  readonly rabbitTopicOrder: readonly string[]
}

const vault114: OutsideSecretsQuirks = { rabbitTopicOrder: ['write', 'read'] }

export const outsideSecretsQuirks: ByProfile<OutsideSecretsQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': vault114,
  'openbao-2.5': { rabbitTopicOrder: ['read', 'write'] }
}
