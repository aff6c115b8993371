// The catalogue: which types of secrets engines and auth methods there are, here and in Vault.
import { invalid, NotSimulated } from '../../refusal/index.js'
import type { MountTable } from './mounts.js'

const SIMULATED: Readonly<Record<MountTable, readonly string[]>> = {
  mounts: ['generic', 'kv', 'pki'],
  auth: ['approle', 'userpass']
}

/** Types of which a cluster has exactly one, mounted by itself. */
const SINGLETONS: readonly string[] = ['cubbyhole', 'identity', 'ns_cubbyhole', 'ns_identity', 'ns_system', 'system', 'token']

const NOT_SIMULATED: Readonly<Record<MountTable, readonly string[]>> = {
  mounts: [
    'ad', 'alicloud', 'aws', 'azure', 'consul', 'gcp', 'gcpkms', 'keymgmt', 'kmip', 'kubernetes', 'ldap', 'mongodbatlas',
    'nomad', 'openldap', 'rabbitmq', 'ssh', 'terraform', 'totp', 'transform', 'transit', 'database'
  ],
  auth: [
    'alicloud', 'aws', 'azure', 'centrify', 'cert', 'cf', 'gcp', 'github', 'jwt', 'kerberos', 'kubernetes', 'ldap', 'oci',
    'oidc', 'okta', 'pcf', 'radius', 'saml', 'scep'
  ]
}

/** Whether a cluster has exactly one mount of this type. */
export function isSingleton (type: string): boolean {
  return SINGLETONS.includes(type)
}

/** The builtin plugins of a kind, sorted, as the catalogue lists them: only what can really be enabled here. */
export function builtinTypes (table: MountTable): string[] {
  return SIMULATED[table].filter((type) => type !== 'generic')
}

/**
 * Refuses what cannot be mounted.
 *
 * @throws VaultError `plugin not found in the catalog: …`, or words of our own for what only Vault itself has
 */
export function checkType (table: MountTable, type: string): void {
  if (SIMULATED[table].includes(type)) return
  if (!NOT_SIMULATED[table].includes(type)) throw invalid(`plugin not found in the catalog: ${type}`)
  const kind = table === 'auth' ? 'auth method' : 'secrets engine'
  throw new NotSimulated(`the "${type}" ${kind}`)
}
