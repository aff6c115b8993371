// Flags for what a world has from its start, and what it may write.
import { discovered, integer, oneOf, text } from './kinds.js'
import type { OptionDefinition } from './definition.js'

export const DATA = {
  fixture: {
    group: 'Data',
    flag: 'fixture',
    placeholder: 'NAME|FILE',
    read: text,
    description: 'the world to start from, built in or saved'
  },
  data: {
    group: 'Data',
    flag: 'data',
    placeholder: 'FILE',
    read: text,
    description: 'secrets, policies, tokens and namespaces to start with, as JSON'
  },
  discover: {
    group: 'Data',
    flag: 'discover',
    placeholder: 'TEXT',
    read: discovered,
    description: 'what auto_join finds: provider=aws tag_value=vault=10.0.0.1,10.0.0.2; more of them behind a semicolon'
  },
  outside: {
    group: 'Data',
    flag: 'outside',
    placeholder: 'WORD',
    read: oneOf('nothing', 'anything'),
    shownDefault: 'nothing, but for what the starting data tells',
    description: 'what auth methods and engines meet that ask other systems: nothing is there, or anything well formed is accepted'
  },
  state: {
    group: 'Data',
    flag: 'state',
    placeholder: 'FILE',
    read: text,
    description: 'keeps the world: loaded from this file if it is there, sealed as after a crash; saved every two seconds and at the end'
  },
  files: {
    group: 'Data',
    flag: 'files',
    placeholder: 'DIR',
    read: text,
    shownDefault: 'a new temporary folder',
    description: 'where the files of clients lie (audit devices, automated snapshots): /var/log/a is DIR/var/log/a; / for the real paths'
  },
  snapshotBytes: {
    group: 'Data',
    flag: 'snapshot-bytes',
    placeholder: 'N',
    read: integer(1, Number.MAX_SAFE_INTEGER),
    default: 1024 ** 3,
    unit: 'bytes',
    description: 'memory that a snapshot may take while it is restored'
  }
} as const satisfies Record<string, OptionDefinition>
