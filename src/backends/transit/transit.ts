// The secrets engine `transit`: encryption, signatures and hashes with keys that stay on the server.
// https://developer.hashicorp.com/vault/api-docs/secret/transit
import type { Backend } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { rotateDue } from './auto-rotation.js'
import { backupPaths } from './backup.js'
import { byokExportPaths } from './byok-export.js'
import { certificatePaths } from './certificates.js'
import { datakeyPath } from './datakey.js'
import { decryptPath } from './decrypt.js'
import { encryptPath } from './encrypt.js'
import { exportPaths } from './export.js'
import { hmacPaths } from './hmac.js'
import { importPaths } from './import.js'
import { keyConfigPaths } from './key-config.js'
import { keyPaths } from './keys.js'
import { randomAndHashPaths } from './random-and-hash.js'
import { rewrapPath } from './rewrap.js'
import { settingsPaths } from './settings.js'
import { signPaths } from './sign.js'
import { softDeletionPaths } from './soft-deletion.js'
import { verifyPaths } from './verify.js'

export const transit: Backend = {
  type: 'transit',
  alarm: rotateDue,
  paths: [
    ...knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/transit', [
      ...keyConfigPaths,
      ...importPaths,
      ...keyPaths,
      ...exportPaths,
      ...byokExportPaths,
      encryptPath,
      decryptPath,
      rewrapPath,
      datakeyPath,
      ...randomAndHashPaths,
      ...hmacPaths,
      ...signPaths,
      ...verifyPaths,
      ...backupPaths,
      ...settingsPaths,
      ...certificatePaths
    ]),
    ...knownFrom('https://openbao.org/api-docs/secret/transit/', softDeletionPaths)
  ]
}
