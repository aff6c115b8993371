// Flags of the real binaries, taken so that their command lines work here, too.
import { address, bool, files, integer, text } from './kinds.js'
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
  },
  devKvV1: {
    group: 'As the real binary',
    flag: 'dev-kv-v1',
    read: bool,
    default: false,
    description: '`secret/` is a KV v1 engine'
  },
  devNoKv: { group: 'As the real binary', flag: 'dev-no-kv', read: bool, default: false, description: 'there is no `secret/`' },
  devHa: {
    group: 'As the real binary',
    flag: 'dev-ha',
    read: bool,
    default: false,
    description: 'accepted; every server is highly available'
  },
  devThreeNode: {
    group: 'As the real binary',
    flag: 'dev-three-node',
    read: bool,
    default: false,
    description: 'the same as --nodes 3'
  },
  devClusterJson: {
    group: 'As the real binary',
    flag: 'dev-cluster-json',
    placeholder: 'FILE',
    read: text,
    description: 'write addresses, CA and root token into this file'
  },
  devTlsCertDir: {
    group: 'As the real binary',
    flag: 'dev-tls-cert-dir',
    placeholder: 'DIR',
    read: text,
    description: 'serve HTTPS, write vault-ca.pem, vault-cert.pem and vault-key.pem into this folder'
  },
  devLatency: {
    group: 'As the real binary',
    flag: 'dev-latency',
    placeholder: 'MS',
    read: integer(0, 600_000),
    default: 0,
    shownDefault: 'none',
    unit: 'milliseconds',
    description: 'every answer is this late: a fault like any other, so a reset of the faults ends it'
  },
  config: {
    group: 'As the real binary',
    flag: 'config',
    placeholder: 'FILE|DIR',
    read: files,
    repeats: true,
    description: 'configuration of the real server, HCL or JSON: listeners, TLS files, raft storage and joins, addresses, lease TTLs; starts uninitialized. May be repeated'
  },
  localConfig: {
    group: 'As the real binary',
    flag: 'local-config',
    placeholder: 'TEXT',
    read: text,
    environment: ['BAO_LOCAL_CONFIG', 'VAULT_LOCAL_CONFIG'],
    description: 'the same as text'
  }
} as const satisfies Record<string, OptionDefinition>
