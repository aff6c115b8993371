// What can be mounted: secrets engines, auth methods and the system backend, by their types.
import { Backends } from '../vault/backend-table.js'
import { approle } from './approle/approle.js'
import { cubbyhole } from './cubbyhole.js'
import { kvV1 } from './kv/version-1.js'
import { kvV2 } from './kv/version-2.js'
import { notSimulated } from './not-simulated.js'
import { system } from './system/index.js'
import { tokenBackend } from './token/token.js'
import { userpass } from './userpass/userpass.js'

/** Looked up by the type of a mount. What stands in the second table is loaded on first use. */
export const backends = new Backends({
  mounts: { system, kv: kvV1, 'kv/2': kvV2, generic: kvV1, cubbyhole },
  auth: { token: tokenBackend, approle, userpass }
}, {
  mounts: {
    aws: async () => (await import('./aws/aws.js')).aws,
    consul: async () => (await import('./consul/consul.js')).consul,
    nomad: async () => (await import('./nomad/nomad.js')).nomad,
    kubernetes: async () => (await import('./kubernetes-secrets/kubernetes.js')).kubernetesSecrets,
    rabbitmq: async () => (await import('./rabbitmq/rabbitmq.js')).rabbitmq,
    database: async () => (await import('./database/database.js')).database,
    identity: async () => (await import('./identity.js')).identity,
    ssh: async () => (await import('./ssh/ssh.js')).ssh,
    totp: async () => (await import('./totp/totp.js')).totp,
    transit: async () => (await import('./transit/transit.js')).transit
  },
  auth: {
    jwt: async () => (await import('./jwt/jwt.js')).jwt,
    kubernetes: async () => (await import('./kubernetes-auth/kubernetes-auth.js')).kubernetesAuth,
    oidc: async () => (await import('./jwt/jwt.js')).jwt
  }
}, notSimulated)
