// Every option of the command, once: parsing, the help text and the table in docs/options.md come from here.
import { address, bool, integer, logLevel, names, oneOf, scale, text, urlsOrAuto } from './kinds.js'
import { CONTROL } from './control.js'
import { DATA } from './data.js'
import { REAL_BINARY } from './real-binary.js'
import { REPLICATION } from './replication.js'
import { TELEMETRY } from './telemetry.js'
import type { OptionDefinition } from './definition.js'
import type { Address } from './kinds.js'

const LISTEN: Address = { host: '127.0.0.1', port: 8200 }
const NOMAD_LISTEN: Address = { host: '127.0.0.1', port: 4646 }

export const OPTIONS = {
  nodes: {
    group: 'Cluster',
    flag: 'nodes',
    placeholder: 'N',
    read: integer(1, 99),
    default: 1,
    description: 'nodes of the cluster; node i listens on PORT+2i, its cluster address is one above'
  },
  nodeIds: {
    group: 'Cluster',
    flag: 'node-ids',
    placeholder: 'A,B,C',
    read: names,
    shownDefault: 'raft_0,raft_1,…',
    description: 'raft ids of the nodes'
  },
  uninitialized: {
    group: 'Cluster',
    flag: 'uninitialized',
    read: bool,
    default: false,
    description: 'start fresh, sealed nodes instead of a ready cluster'
  },
  rootToken: {
    group: 'Cluster',
    flag: 'root-token',
    placeholder: 'TOKEN',
    read: text,
    default: 'root',
    environment: ['BAO_DEV_ROOT_TOKEN_ID', 'VAULT_DEV_ROOT_TOKEN_ID'],
    description: 'root token of a ready cluster'
  },
  raft: {
    group: 'Cluster',
    flag: 'raft',
    placeholder: 'USE',
    read: oneOf('storage', 'ha_storage'),
    default: 'storage',
    description: 'what raft is used for: storage or ha_storage'
  },
  storage: {
    group: 'Cluster',
    flag: 'storage',
    placeholder: 'NAME',
    read: oneOf('raft', 'inmem'),
    default: 'raft',
    description: 'inmem: one node without raft and high availability, as the real dev server'
  },
  performanceStandbys: {
    group: 'Cluster',
    flag: 'performance-standbys',
    read: bool,
    default: false,
    description: 'standbys answer reads and report 473'
  },

  listen: {
    group: 'Addresses',
    flag: 'listen',
    placeholder: 'HOST:PORT',
    read: address,
    default: LISTEN,
    shownDefault: '127.0.0.1:8200',
    environment: ['BAO_DEV_LISTEN_ADDRESS', 'VAULT_DEV_LISTEN_ADDRESS'],
    description: 'where node 0 listens; port 0 takes free ports'
  },
  apiAddr: {
    group: 'Addresses',
    flag: 'api-addr',
    placeholder: 'URL[,URL…]|auto',
    read: urlsOrAuto,
    shownDefault: 'the listen address',
    environment: ['BAO_API_ADDR', 'VAULT_API_ADDR'],
    description: 'addresses that clients are told, one per node; auto takes the Host header of each request'
  },

  profile: {
    group: 'Behaviour',
    flag: 'profile',
    placeholder: 'NAME',
    read: oneOf('documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5'),
    default: 'documented',
    description: 'whom to speak like: documented, vault-1.14, vault-1.21 or openbao-2.5'
  },
  edition: {
    group: 'Behaviour',
    flag: 'edition',
    placeholder: 'NAME',
    read: oneOf('ent', 'ce'),
    default: 'ent',
    description: 'ent has the enterprise routes, ce answers them as the community edition does'
  },
  ...TELEMETRY,
  time: {
    group: 'Behaviour',
    flag: 'time',
    placeholder: 'MODE',
    read: oneOf('live', 'auto', 'manual'),
    default: 'live',
    description: 'live follows the clock, auto jumps to what is pending, manual moves when told'
  },
  timeScale: {
    group: 'Behaviour',
    flag: 'time-scale',
    placeholder: 'X',
    read: scale,
    default: 1,
    unit: 'simulated seconds per second',
    description: 'how fast live time runs'
  },
  seed: {
    group: 'Behaviour',
    flag: 'seed',
    placeholder: 'N',
    read: integer(0, 4294967295),
    shownDefault: 'drawn at start',
    description: 'seed of all chance: ids, tokens, keys, election time-outs'
  },
  ...CONTROL,
  allowedHosts: {
    group: 'Addresses',
    flag: 'allowed-hosts',
    placeholder: 'A,B,*.C',
    read: names,
    description: 'names by which clients may call, beside IP addresses, plain names and those of private networks'
  },
  journalEntries: {
    group: 'Behaviour',
    flag: 'journal-entries',
    placeholder: 'N',
    read: integer(1, 1_000_000),
    default: 1000,
    description: 'how many requests the journal keeps'
  },
  journalBytes: {
    group: 'Behaviour',
    flag: 'journal-bytes',
    placeholder: 'N',
    read: integer(1, 2 ** 40),
    default: 16 * 1024 ** 2,
    unit: 'bytes',
    description: 'how much the journal keeps of them'
  },

  ...DATA,
  ...REPLICATION,

  nomad: { group: 'Nomad', flag: 'no-nomad', read: bool, default: true, description: 'leave the Nomad region out' },
  nomadListen: {
    group: 'Nomad',
    flag: 'nomad-listen',
    placeholder: 'HOST:PORT',
    read: address,
    default: NOMAD_LISTEN,
    shownDefault: '127.0.0.1:4646',
    description: 'where server 0 of the Nomad region listens; server i on PORT+10i'
  },
  nomadServers: {
    group: 'Nomad',
    flag: 'nomad-servers',
    placeholder: 'N',
    read: integer(1, 99),
    default: 3,
    description: 'servers of the Nomad region'
  },
  nomadProfile: {
    group: 'Nomad',
    flag: 'nomad-profile',
    placeholder: 'NAME',
    read: oneOf('documented', 'nomad-2.0'),
    default: 'documented',
    description: 'whom the Nomad region speaks like: documented or nomad-2.0'
  },
  nomadAcl: {
    group: 'Nomad',
    flag: 'nomad-acl',
    read: bool,
    default: false,
    description: 'enforce management tokens on Nomad routes'
  },
  nomadRaftProtocol: {
    group: 'Nomad',
    flag: 'nomad-raft-protocol',
    placeholder: 'TYPE',
    read: oneOf('string', 'number'),
    shownDefault: 'string',
    description: 'how RaftProtocol is printed: Go clients need a string, the documentation has the number'
  },

  tls: {
    group: 'TLS',
    flag: 'tls',
    read: bool,
    default: false,
    description: 'serve HTTPS with a certificate made at start; its CA is written to a file'
  },
  tlsCertFile: {
    group: 'TLS',
    flag: 'tls-cert-file',
    placeholder: 'FILE',
    read: text,
    description: 'serve HTTPS with this certificate (PEM)'
  },
  tlsKeyFile: {
    group: 'TLS',
    flag: 'tls-key-file',
    placeholder: 'FILE',
    read: text,
    description: 'the key of --tls-cert-file (PEM)'
  },

  ...REAL_BINARY,

  logLevel: {
    group: 'General',
    flag: 'log-level',
    placeholder: 'LEVEL',
    read: logLevel,
    default: 'info',
    environment: ['BAO_LOG_LEVEL', 'VAULT_LOG_LEVEL'],
    description: 'trace, debug, info, warn, error or off; notice is info, warning and err are warn and error'
  },
  logFormat: {
    group: 'General',
    flag: 'log-format',
    placeholder: 'FORMAT',
    read: oneOf('standard', 'json'),
    default: 'standard',
    environment: ['BAO_LOG_FORMAT', 'VAULT_LOG_FORMAT'],
    description: 'standard is for people, json for machines; both as Vault writes them'
  },
  help: { group: 'General', flag: 'help', read: bool, default: false, description: 'show this and stop' },
  version: {
    group: 'General',
    flag: 'version',
    read: bool,
    default: false,
    description: 'show the version and stop'
  }
} as const satisfies Record<string, OptionDefinition>

export type OptionName = keyof typeof OPTIONS

/** The value of one option: never undefined where it has a default. */
type ValueOf<D extends OptionDefinition> = 'default' extends keyof D ? ReturnType<D['read']> : ReturnType<D['read']> | undefined

/** All options by name, with their defaults where nothing was said. */
export type OptionValues = { readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]> }

/** What the command was told. */
export interface Options extends OptionValues {
  readonly command: Command
  /** the options that a flag or the environment named, as opposed to defaults */
  readonly given: ReadonlySet<OptionName>
}

export const COMMANDS = ['server', 'healthcheck'] as const
export type Command = (typeof COMMANDS)[number]

/** The definitions as the widest type, for code that walks them. */
export const DEFINITIONS = Object.entries(OPTIONS) as ReadonlyArray<[OptionName, OptionDefinition]>
