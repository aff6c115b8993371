// Options that replication has of its own, named as in Vault's `replication` stanza.
import { integer } from './kinds.js'

export const REPLICATION = {
  logshipperBufferLength: {
    group: 'Data',
    flag: 'logshipper-buffer-length',
    placeholder: 'N',
    read: integer(1, Number.MAX_SAFE_INTEGER),
    default: 16_384,
    unit: 'writes',
    description: 'what a replication primary keeps for secondaries that were away; who was away longer compares merkle trees'
  },
  logshipperBufferBytes: {
    group: 'Data',
    flag: 'logshipper-buffer-size',
    placeholder: 'N',
    read: integer(1, Number.MAX_SAFE_INTEGER),
    default: 1024 ** 3,
    unit: 'bytes',
    description: 'the same, by size'
  },
} as const
