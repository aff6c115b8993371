// What the entries below mounts look like in a saved world, by the kind of the mount: each engine's folder says it.
import type { ByKind } from '../vault/backend-table.js'
import type { PrefixForms } from '../vault/entry-forms.js'
import { approleForms } from './approle/forms.js'
import { awsForms } from './aws/stored.js'
import { consulForms } from './consul/stored.js'
import { awsAuthForms } from './aws-auth/forms.js'
import { azureAuthForms } from './azure-auth/forms.js'
import { azureSecretsForms } from './azure-secrets/stored.js'
import { certForms } from './cert/forms.js'
import { databaseForms } from './database/forms.js'
import { gcpAuthForms } from './gcp-auth/forms.js'
import { gcpSecretsForms } from './gcp-secrets/stored.js'
import { githubForms } from './github/forms.js'
import { identityForms } from './identity/forms.js'
import { jwtForms } from './jwt/forms.js'
import { kerberosForms } from './kerberos/forms.js'
import { kubernetesAuthForms } from './kubernetes-auth/forms.js'
import { kvV1Forms, kvV2Forms } from './kv/forms.js'
import { kubernetesSecretsForms } from './kubernetes-secrets/stored.js'
import { nomadForms } from './nomad/stored.js'
import { rabbitmqForms } from './rabbitmq/stored.js'
import { pkiForms } from './pki/forms.js'
import { ldapAuthForms } from './ldap-auth/forms.js'
import { ldapSecretsForms } from './ldap-secrets/stored.js'
import { oktaForms } from './okta/forms.js'
import { radiusForms } from './radius/forms.js'
import { sshForms } from './ssh/forms.js'
import { totpForms } from './totp/forms.js'
import { transitForms } from './transit/forms.js'
import { userpassForms } from './userpass/forms.js'

/** A kind that is missing here may hold anything. */
export const mountForms: ByKind<PrefixForms> = {
  mounts: {
    aws: awsForms,
    azure: azureSecretsForms,
    consul: consulForms,
    database: databaseForms,
    identity: identityForms,
    kubernetes: kubernetesSecretsForms,
    kv: kvV1Forms,
    'kv/2': kvV2Forms,
    gcp: gcpSecretsForms,
    ldap: ldapSecretsForms,
    openldap: ldapSecretsForms,
    nomad: nomadForms,
    rabbitmq: rabbitmqForms,
    pki: pkiForms,
    ssh: sshForms,
    totp: totpForms,
    transit: transitForms
  },
  auth: {
    approle: approleForms,
    aws: awsAuthForms,
    azure: azureAuthForms,
    cert: certForms,
    gcp: gcpAuthForms,
    github: githubForms,
    jwt: jwtForms,
    kerberos: kerberosForms,
    kubernetes: kubernetesAuthForms,
    ldap: ldapAuthForms,
    oidc: jwtForms,
    okta: oktaForms,
    radius: radiusForms,
    userpass: userpassForms
  }
}
