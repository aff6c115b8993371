// How each profile takes a request and dresses its answer, whatever it is about (`reference/core.md`, the recordings).
import type { ByProfile } from './names.js'

export interface RequestQuirks {
  /** a standby answers 307 to snapshot requests and where forwarding is switched off; OpenBao's serves itself */
  readonly standbyRedirects: boolean
  /** `//` and dot segments are redirected with this status */
  readonly cleanPathRedirect: 301 | 307
  /** a read warns of `list=false` as of any unknown parameter (recorded: `kv list=false`) */
  readonly warnsOfList: boolean
  /** malformed or excessive JSON is refused with 500 before anything else, from 1.20.3; other refusals say why */
  readonly jsonGuard: boolean
  /** how a field that cannot be converted is refused: `weak-decoding.ts` */
  readonly fieldErrors: 'quoting' | 'naming' | 'terse'
  /** envelope key `mount_type`, from 1.16 */
  readonly mountType: boolean
  /** second line `invalid token` in the answer to an unknown token, from 1.17 */
  readonly invalidTokenLine: boolean
  /** every edition has namespaces; Vault's community edition ignores the header (recorded: `namespace header`) */
  readonly namespacesInAllEditions: boolean
  /** base62 characters of a namespace's id (`namespace_store.go`, which names both) */
  readonly namespaceIdLength: number
  /** what only the root namespace has is refused elsewhere in these words */
  readonly rootOnlyRefusal: 'unsupported path' | 'operation unavailable in namespaces'
  /** what a header names and is not there: refused, or taken for the beginning of the path */
  readonly unknownNamespace: 'not found' | 'in the path'
  /** type of a namespace's `sys/` */
  readonly namespaceSystemType: 'ns_system' | 'system'
}

const vault114: RequestQuirks = {
  standbyRedirects: true,
  cleanPathRedirect: 301,
  warnsOfList: true,
  jsonGuard: false,
  fieldErrors: 'quoting',
  mountType: false,
  invalidTokenLine: false,
  namespacesInAllEditions: false,
  namespaceIdLength: 5,
  rootOnlyRefusal: 'unsupported path',
  unknownNamespace: 'in the path',
  namespaceSystemType: 'ns_system'
}

export const requestQuirks: ByProfile<RequestQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    warnsOfList: false,
    jsonGuard: true,
    fieldErrors: 'naming',
    mountType: true,
    invalidTokenLine: true
  },
  'openbao-2.5': {
    ...vault114,
    standbyRedirects: false,
    cleanPathRedirect: 307,
    fieldErrors: 'terse',
    namespacesInAllEditions: true,
    namespaceIdLength: 6,
    rootOnlyRefusal: 'operation unavailable in namespaces',
    unknownNamespace: 'not found',
    namespaceSystemType: 'system'
  }
}
