// Flags of the real binaries, taken so that their command lines work here, too.
import { address, bool, text } from './kinds.js'
import type { OptionDefinition } from './definition.js'

export const REAL_BINARY = {
  dev: {
    group: 'As the real binary',
    flag: 'dev',
    read: bool,
    default: false,
    description: 'accepted after `server`; every start is a dev start unless told otherwise'
  },
  devRootTokenId: {
    group: 'As the real binary',
    flag: 'dev-root-token-id',
    placeholder: 'TOKEN',
    read: text,
    description: 'the same as --root-token'
  },
  devListenAddress: {
    group: 'As the real binary',
    flag: 'dev-listen-address',
    placeholder: 'HOST:PORT',
    read: address,
    description: 'the same as --listen'
  },
  devTls: {
    group: 'As the real binary',
    flag: 'dev-tls',
    read: bool,
    default: false,
    description: 'the same as --tls'
  },
  devNoStoreToken: {
    group: 'As the real binary',
    flag: 'dev-no-store-token',
    read: bool,
    default: false,
    description: 'accepted; no token is ever stored'
  }
} as const satisfies Record<string, OptionDefinition>
