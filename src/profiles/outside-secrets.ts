// How engines whose credentials are another system's differ (recorded: `outside-secrets`).
import type { ByProfile } from './names.js'

export interface OutsideSecretsQuirks {
  /** the order in which RabbitMQ's permissions for topics are shown */
  readonly rabbitTopicOrder: readonly string[]
  /** static roles of directories may keep the password that they had (`skip_static_role_import_rotation`) */
  readonly ldapRolesMaySkipRotation: boolean
}

const vault114: OutsideSecretsQuirks = { rabbitTopicOrder: ['write', 'read'], ldapRolesMaySkipRotation: false }

export const outsideSecretsQuirks: ByProfile<OutsideSecretsQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': { ...vault114, ldapRolesMaySkipRotation: true },
  'openbao-2.5': { rabbitTopicOrder: ['read', 'write'], ldapRolesMaySkipRotation: true }
}
