// The secrets engine `ssh`: certificates that OpenSSH takes, and passwords that are good for one login.
// https://developer.hashicorp.com/vault/api-docs/secret/ssh
import type { Backend } from '../../vault/paths.js'
import { configCaPaths } from './config-ca.js'
import { issuerPaths } from './issuers.js'
import { passwordLeases, passwordPaths } from './one-time-passwords.js'
import { rolePaths } from './roles.js'
import { signPaths } from './sign.js'
import { zeroAddressPath } from './zero-addresses.js'

export const ssh: Backend = {
  type: 'ssh',
  help: () => [
    'The SSH backend generates credentials allowing clients to establish SSH',
    'connections to remote hosts.',
    '',
    'There are two variants of the backend, which generate different types of',
    'credentials: One-Time Passwords (OTPs) and certificate authority. The desired behavior',
    'is role-specific and chosen at role creation time with the \'key_type\'',
    'parameter.',
    '',
    'Please see the backend documentation for a thorough description of both',
    'types. The Vault team strongly recommends the OTP type.',
    '',
    'After mounting this backend, before generating credentials, configure the',
    "backend's lease behavior using the 'config/lease' endpoint and create roles",
    "using the 'roles/' endpoint."
  ].join('\n'),
  paths: [...configCaPaths, ...issuerPaths, zeroAddressPath, ...rolePaths, ...signPaths, ...passwordPaths],
  leases: passwordLeases
}
