// The secrets engine `pki`: authorities that issue X.509 certificates. This file is its table of contents.
// https://developer.hashicorp.com/vault/api-docs/secret/pki
import type { Backend } from '../../vault/paths.js'
import { acmePaths } from './acme.js'
import { configPaths } from './config-paths.js'
import { fetchPaths } from './fetching.js'
import { importPaths } from './imports.js'
import { intermediatePaths } from './intermediates.js'
import { issuerPaths } from './issuers.js'
import { keyPaths } from './keys.js'
import { leafPaths } from './leaves.js'
import { ocspPaths } from './ocsp-paths.js'
import { doWork } from './own-work.js'
import { revokeLeased, revokePaths } from './revoking.js'
import { rolePaths } from './roles.js'
import { rootPaths } from './roots.js'
import { signedAuthorityPaths } from './signed-authorities.js'
import { tidyPaths } from './tidy-paths.js'

export const pki: Backend = {
  type: 'pki',
  help: () => [
    'The PKI backend dynamically generates X509 server and client certificates.',
    '',
    'After mounting this backend, configure the CA using the "pem_bundle" endpoint within',
    'the "config/" path.'
  ].join('\n'),
  paths: [
    ...rolePaths, ...rootPaths, ...intermediatePaths, ...signedAuthorityPaths, ...leafPaths, ...importPaths,
    ...configPaths, ...tidyPaths, ...acmePaths, ...revokePaths, ...keyPaths, ...fetchPaths, ...issuerPaths, ...ocspPaths
  ],
  leases: { revoke: revokeLeased },
  alarm: doWork
}
