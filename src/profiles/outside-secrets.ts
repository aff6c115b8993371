// How engines whose credentials are another system's differ (recorded: `outside-secrets`).
import type { ByProfile } from './names.js'

export interface OutsideSecretsQuirks {
  /** the order in which RabbitMQ's permissions for topics are shown */
  readonly rabbitTopicOrder: readonly string[]
  /** static roles of directories may keep the password that they had (`skip_static_role_import_rotation`) */
  readonly ldapRolesMaySkipRotation: boolean
  /** what stands before the name of a cloud that Azure does not have */
  readonly azureEnvironmentText: string
  /** STS is first asked who asks; what is said where it does not answer (recorded: `aws: sts, not there`) */
  readonly awsStsText: string | undefined
}

const USUAL = {
  azureEnvironmentText: 'autorest/azure: There is no cloud environment matching the name ',
  awsStsText: undefined
}

const vault114: OutsideSecretsQuirks = { rabbitTopicOrder: ['write', 'read'], ldapRolesMaySkipRotation: false, ...USUAL }

export const outsideSecretsQuirks: ByProfile<OutsideSecretsQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    ldapRolesMaySkipRotation: true,
    azureEnvironmentText: 'err: no cloud configuration matching the name ',
    awsStsText: 'could not obtain sts client'
  },
  'openbao-2.5': { rabbitTopicOrder: ['read', 'write'], ldapRolesMaySkipRotation: true, ...USUAL }
}
