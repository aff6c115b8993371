// The fields of a role, for both of its kinds.
import { Type } from '@sinclair/typebox'
import { field } from '../../vault/fields/fields.js'

const OTP = '[Optional for OTP type] [Not applicable for CA type]'
const CA = '[Not applicable for OTP type] [Optional for CA type]'

export const roleFields = Type.Object({
  role: field.string({ description: '[Required for all types] Name of the role being created.' }),
  key_type: field.string({
    default: '', description: "[Required for all types] Type of key used to login to hosts: 'otp' or 'ca'."
  }),
  default_user: field.string({
    default: '',
    description: '[Required for OTP type] [Optional for CA type] Default username for which a credential will be generated.'
  }),
  cidr_list: field.string({
    default: '', description: `${OTP} Comma separated list of CIDR blocks for which the role is applicable for.`
  }),
  exclude_cidr_list: field.string({
    default: '', description: `${OTP} Comma separated list of CIDR blocks that are not accepted by the role.`
  }),
  port: field.int({ default: 0, description: `${OTP} Port number for SSH connection. Default is '22'.` }),
  allowed_users: field.string({
    default: '',
    description: '[Optional for all types] Users for whom credentials can be requested; with the CA type an empty ' +
      "list means that no users are allowed, '*' any user."
  }),
  allowed_users_template: field.bool({
    default: false, description: `${CA} If set, Allowed users can be specified using identity template policies.`
  }),
  default_user_template: field.bool({
    default: false, description: `${CA} If set, Default user can be specified using identity template policies.`
  }),
  allowed_domains: field.string({
    default: '', description: `${CA} Domains for which hosts can request certificates; '*' allows any.`
  }),
  allowed_domains_template: field.bool({
    default: false, description: `${CA} If set, Allowed domains can be specified using identity template policies.`
  }),
  ttl: field.durationSeconds({ default: 0, description: `${CA} The life of certificates that ask for none.` }),
  max_ttl: field.durationSeconds({ default: 0, description: `${CA} The longest life of certificates.` }),
  allowed_critical_options: field.string({
    default: '', description: `${CA} Critical options that certificates can have when signed; empty: any.`
  }),
  allowed_extensions: field.string({
    default: '', description: `${CA} Extensions that certificates can have when signed; empty: none, '*': any.`
  }),
  default_critical_options: field.map({
    default: {}, description: `${CA} Critical options certificates should have if none are provided when signing.`
  }),
  default_extensions: field.map({
    default: {}, description: `${CA} Extensions certificates should have if none are provided when signing.`
  }),
  default_extensions_template: field.bool({
    default: false,
    description: `${CA} If set, Default extension values can be specified using identity template policies.`
  }),
  allow_user_certificates: field.bool({
    default: false, description: `${CA} If set, certificates are allowed to be signed for use as a 'user'.`
  }),
  allow_host_certificates: field.bool({
    default: false, description: `${CA} If set, certificates are allowed to be signed for use as a 'host'.`
  }),
  allow_bare_domains: field.bool({
    default: false, description: `${CA} If set, host certificates can be for the domains of "allowed_domains".`
  }),
  allow_subdomains: field.bool({
    default: false, description: `${CA} If set, host certificates can be for subdomains of "allowed_domains".`
  }),
  allow_user_key_ids: field.bool({
    default: false, description: `${CA} If true, users can override the key ID for a signed certificate.`
  }),
  allow_empty_principals: field.bool({
    default: false, description: 'Whether to allow issuing certificates with no valid principals.'
  }),
  key_id_format: field.string({
    default: '',
    description: `${CA} The key id of certificates, with '{{token_display_name}}', '{{role_name}}' and ` +
      "'{{public_key_hash}}' filled in."
  }),
  allowed_user_key_lengths: field.map({
    default: {}, description: `${CA} If set, allows the enforcement of key types and minimum key sizes to be signed.`
  }),
  algorithm_signer: field.string({
    default: '', description: `${CA} Signing algorithm: ssh-rsa, rsa-sha2-256, rsa-sha2-512 or default.`
  }),
  not_before_duration: field.durationSeconds({
    default: 30, description: `${CA} The duration that the SSH certificate should be backdated by at issuance.`
  }),
  issuer_ref: field.string({
    default: '', description: 'Reference to the issuer used to sign requests serviced by this role (OpenBao).'
  })
})
