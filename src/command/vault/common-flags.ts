// The flags that many commands share: how the server is reached, and how answers are printed.
import type { FlagDefinition } from './flags.js'

export const CONNECTION_FLAGS: readonly FlagDefinition[] = [
  { name: 'address', kind: 'text', variable: 'VAULT_ADDR', default: 'https://127.0.0.1:8200', description: 'address of the server' },
  { name: 'agent-address', kind: 'text', variable: 'VAULT_AGENT_ADDR', description: 'address of an agent that stands before the server' },
  { name: 'ca-cert', kind: 'text', variable: 'VAULT_CACERT', description: 'file with the certificate of the CA (PEM)' },
  { name: 'ca-path', kind: 'text', variable: 'VAULT_CAPATH', description: 'folder with certificates of CAs (PEM)' },
  { name: 'client-cert', kind: 'text', variable: 'VAULT_CLIENT_CERT', description: 'file with a certificate to show to the server (PEM)' },
  { name: 'client-key', kind: 'text', variable: 'VAULT_CLIENT_KEY', description: 'file with the key of -client-cert (PEM)' },
  { name: 'namespace', kind: 'text', variable: 'VAULT_NAMESPACE', aliases: ['ns'], description: 'namespace of the request' },
  { name: 'tls-server-name', kind: 'text', variable: 'VAULT_TLS_SERVER_NAME', description: 'name that the server\'s certificate must have' },
  { name: 'tls-skip-verify', kind: 'switch', variable: 'VAULT_SKIP_VERIFY', description: 'take any certificate' },
  { name: 'disable-redirects', kind: 'switch', variable: 'VAULT_DISABLE_REDIRECTS', description: 'do not follow a redirect' },
  { name: 'policy-override', kind: 'switch', description: 'override soft-mandatory Sentinel policies' },
  { name: 'wrap-ttl', kind: 'duration', variable: 'VAULT_WRAP_TTL', description: 'have the answer wrapped, for this long' },
  { name: 'mfa', kind: 'texts', variable: 'VAULT_MFA', description: 'credentials for the X-Vault-MFA header' },
  { name: 'output-curl-string', kind: 'switch', description: 'send nothing, print the same request for curl' },
  { name: 'output-policy', kind: 'switch', description: 'send nothing, print the policy that the request needs' },
  { name: 'unlock-key', kind: 'text', description: 'key that unlocks a namespace' },
  { name: 'header', kind: 'pairs', description: 'further header as key=value; may be repeated' },
  { name: 'non-interactive', kind: 'switch', description: 'never ask' },
  // the real client has no such flag any more; scripts that were written for old ones do
  { name: 'token', kind: 'text', hidden: true, description: 'token of the request' }
]

export const FIELD_FLAG: FlagDefinition = { name: 'field', kind: 'text', description: 'print this field alone, without a line break at its end' }
export const FORMAT_FLAG: FlagDefinition = { name: 'format', kind: 'text', variable: 'VAULT_FORMAT', default: 'table', description: 'table, json, yaml or pretty; raw for read' }
export const DETAILED_FLAG: FlagDefinition = { name: 'detailed', kind: 'switch', variable: 'VAULT_DETAILED', description: 'with more about each entry' }
export const SNAPSHOT_FLAG: FlagDefinition = { name: 'snapshot-id', kind: 'text', description: 'id of a loaded snapshot to read from' }
export const MOUNT_FLAG: FlagDefinition = { name: 'mount', kind: 'text', description: 'where the KV engine is mounted; the argument is the secret\'s path below it' }
export const DR_TOKEN_FLAG: FlagDefinition = { name: 'dr-token', kind: 'text', description: 'DR operation token' }
