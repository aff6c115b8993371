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
  mounts: { system, ns_system: system, kv: kvV1, 'kv/2': kvV2, generic: kvV1, cubbyhole, ns_cubbyhole: cubbyhole },
  auth: { token: tokenBackend, ns_token: tokenBackend, approle, userpass }
}, {
  mounts: {
    aws: async () => (await import('./aws/aws.js')).aws,
    azure: async () => (await import('./azure-secrets/azure-secrets.js')).azureSecrets,
    consul: async () => (await import('./consul/consul.js')).consul,
    gcp: async () => (await import('./gcp-secrets/gcp-secrets.js')).gcpSecrets,
    ldap: async () => (await import('./ldap-secrets/ldap-secrets.js')).ldapSecrets,
    openldap: async () => (await import('./ldap-secrets/ldap-secrets.js')).ldapSecrets,
    nomad: async () => (await import('./nomad/nomad.js')).nomad,
    kubernetes: async () => (await import('./kubernetes-secrets/kubernetes.js')).kubernetesSecrets,
    rabbitmq: async () => (await import('./rabbitmq/rabbitmq.js')).rabbitmq,
    pki: async () => (await import('./pki/pki.js')).pki,
    database: async () => (await import('./database/database.js')).database,
    identity: async () => (await import('./identity.js')).identity,
    ns_identity: async () => (await import('./identity.js')).identity,
    ssh: async () => (await import('./ssh/ssh.js')).ssh,
    totp: async () => (await import('./totp/totp.js')).totp,
    transit: async () => (await import('./transit/transit.js')).transit
  },
  auth: {
    aws: async () => (await import('./aws-auth/aws-auth.js')).awsAuth,
    azure: async () => (await import('./azure-auth/azure-auth.js')).azureAuth,
    cert: async () => (await import('./cert/cert.js')).cert,
    gcp: async () => (await import('./gcp-auth/gcp-auth.js')).gcpAuth,
    github: async () => (await import('./github/github.js')).github,
    jwt: async () => (await import('./jwt/jwt.js')).jwt,
    kerberos: async () => (await import('./kerberos/kerberos.js')).kerberos,
    kubernetes: async () => (await import('./kubernetes-auth/kubernetes-auth.js')).kubernetesAuth,
    ldap: async () => (await import('./ldap-auth/ldap-auth.js')).ldapAuth,
    oidc: async () => (await import('./jwt/jwt.js')).jwt,
    okta: async () => (await import('./okta/okta.js')).okta,
    radius: async () => (await import('./radius/radius.js')).radius
  }
}, notSimulated)
