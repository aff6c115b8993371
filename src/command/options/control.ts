// Options of the controls: whether there are any, where, and for whom.
import { addressOrOff, bool, text } from './kinds.js'
import type { OptionDefinition } from './definition.js'

export const CONTROL = {
  control: {
    group: 'Behaviour',
    flag: 'no-control',
    read: bool,
    default: true,
    description: 'leave out the controls under /_mock/'
  },
  controlListen: {
    group: 'Addresses',
    flag: 'control-listen',
    placeholder: 'HOST:PORT|off',
    read: addressOrOff,
    shownDefault: '127.0.0.1, a free port',
    description: 'an address of the controls and their page that outlives the nodes; off: only at the nodes'
  },
  controlToken: {
    group: 'Behaviour',
    flag: 'control-token',
    placeholder: 'TOKEN',
    read: text,
    description: 'what callers of the controls must send as X-Vault-Mock-Control-Token'
  }
} as const satisfies Record<string, OptionDefinition>
