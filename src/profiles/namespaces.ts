// What the paths of namespaces answer otherwise than the others': HashiCorp's documentation, and OpenBao's
// `vault/namespace_store.go`.
import type { ByProfile } from './names.js'

export interface NamespaceQuirks {
  /** a namespace shows its UUID, whether it is locked and whether it is being deleted */
  readonly namespacesShowState: boolean
  /** a deletion answers with its status, or warns that it was queued */
  readonly namespaceDeletion: 'status' | 'warning'
  /** patching what is not there is a 404, which Vault's command line tells as `Namespace not found`, or a fault */
  readonly namespacePatchMissing: 'not found' | 'fault'
  /** a locked API names the namespace with the slash behind it; Vault's documentation shows none */
  readonly lockNamesWithSlash: boolean
  /** the list for the web interface begins with the namespace itself */
  readonly uiListsOwnNamespace: boolean
  /**
   * renewing and revoking by accessor (2.5.3), and leases named in the path (2.5.5), are for requests of their own
   * namespace alone
   */
  readonly keepsToNamespace: boolean
  /** sys/renew, sys/revoke and their kin, which OpenBao 2.5.4 has no more */
  readonly legacyLeasePaths: boolean
}

const vault: NamespaceQuirks = {
  namespacesShowState: false,
  namespaceDeletion: 'warning',
  namespacePatchMissing: 'not found',
  lockNamesWithSlash: false,
  uiListsOwnNamespace: false,
  keepsToNamespace: false,
  legacyLeasePaths: true
}

export const namespaceQuirks: ByProfile<NamespaceQuirks> = {
  documented: vault,
  'vault-1.14': vault,
  'vault-1.21': vault,
  'openbao-2.5': {
    namespacesShowState: true,
    namespaceDeletion: 'status',
    namespacePatchMissing: 'fault',
    lockNamesWithSlash: true,
    uiListsOwnNamespace: true,
    keepsToNamespace: true,
    legacyLeasePaths: false
  }
}
