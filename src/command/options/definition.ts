// What is known of one option of the command, and what follows from it.
import type { Read } from './kinds.js'

/** What is known of one option. */
export interface OptionDefinition<T = unknown> {
  /** heading under which the help lists it */
  readonly group: 'Cluster' | 'Addresses' | 'Behaviour' | 'Data' | 'Nomad' | 'TLS' | 'As the real binary' | 'General'
  /** without dashes */
  readonly flag: string
  /** what stands for the value in the help; none for a switch */
  readonly placeholder?: string
  readonly read: Read<T>
  readonly default?: T
  /** the default as shown, where it is not the value itself */
  readonly shownDefault?: string
  readonly unit?: string
  /** further environment variables, tried in this order after `VAULT_MOCK_…` */
  readonly environment?: readonly string[]
  /** may be given several times; its values make one list */
  readonly repeats?: true
  readonly description: string
}

/** A switch takes no value; the ones named `no-…` are on by default and switch off. */
export function isSwitch (definition: OptionDefinition): boolean {
  return definition.placeholder === undefined
}

export function isNegative (definition: OptionDefinition): boolean {
  return isSwitch(definition) && definition.flag.startsWith('no-')
}

/** `--root-token` is `VAULT_MOCK_ROOT_TOKEN`. */
export function environmentVariable (definition: OptionDefinition): string {
  return 'VAULT_MOCK_' + definition.flag.replaceAll('-', '_').toUpperCase()
}
