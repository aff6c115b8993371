// The auth method `cert`: whoever connects with a certificate that is trusted logs in with it.
// https://developer.hashicorp.com/vault/api-docs/auth/cert
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Backend } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { certificatesIn } from './certificates.js'
import { crlPaths } from './crls.js'
import { loginPath } from './login.js'

export type CertConfig = JsonObject & { readonly enable_identity_alias_metadata: boolean }

/** By the names of the API; null: any. */
export type CertRole = JsonObject & {
  readonly allowed_common_names: readonly string[] | null
  readonly allowed_dns_sans: readonly string[] | null
  readonly allowed_email_sans: readonly string[] | null
  readonly allowed_metadata_extensions: readonly string[] | null
  readonly allowed_names: readonly string[] | null
  readonly allowed_organizational_units: readonly string[] | null
  readonly allowed_uri_sans: readonly string[] | null
  readonly certificate: string
  readonly display_name: string
  readonly required_extensions: readonly string[] | null
}

const config: EntryKind<CertConfig> = {
  summary: 'How certificates are looked at.',
  fields: {
    disable_binding: field.bool({ description: 'Whether renewals need the same certificate.' }),
    enable_identity_alias_metadata: field.bool({ description: 'Whether aliases show what the certificate says.' }),
    ocsp_cache_size: field.int({ description: 'Answers of OCSP that are kept.' })
  },
  initial: { disable_binding: false, enable_identity_alias_metadata: false, ocsp_cache_size: 0 },
  plain: true,
  later: 'auth/cert/config'
}

const names = (description: string) => field.stringList({ description })

const roles: EntryKind<CertRole> = {
  summary: 'A trusted certificate, and what tokens are like.',
  later: 'auth/cert/certs',
  fields: {
    allowed_common_names: names('Common names, with stars.'),
    allowed_dns_sans: names('DNS names, with stars.'),
    allowed_email_sans: names('Addresses, with stars.'),
    allowed_metadata_extensions: names('Extensions that become metadata.'),
    allowed_names: names('Names of any kind, with stars.'),
    allowed_organizational_units: names('Organizational units, with stars.'),
    allowed_uri_sans: names('URIs, with stars.'),
    certificate: field.string({ description: 'The certificate, or that of an authority, in PEM.' }),
    display_name: field.string({ description: 'What tokens are called.' }),
    ocsp_ca_certificates: field.string({ description: 'Authorities of OCSP; not asked here.' }),
    ocsp_enabled: field.bool({ description: 'Not asked here.' }),
    ocsp_fail_open: field.bool({ description: 'Not asked here.' }),
    ocsp_query_all_servers: field.bool({ description: 'Not asked here.' }),
    ocsp_servers_override: names('Not asked here.'),
    required_extensions: names('Extensions with their values: 1.2.3:pattern.')
  },
  initial: {
    allowed_common_names: null,
    allowed_dns_sans: null,
    allowed_email_sans: null,
    allowed_metadata_extensions: null,
    allowed_names: null,
    allowed_organizational_units: null,
    allowed_uri_sans: null,
    certificate: '',
    display_name: '',
    ocsp_ca_certificates: '',
    ocsp_enabled: false,
    ocsp_fail_open: false,
    ocsp_query_all_servers: false,
    ocsp_servers_override: null,
    required_extensions: null
  },
  complete: (entry, { params }) => {
    if (certificatesIn(entry.values.certificate).length === 0) throw invalid('failed to parse certificate')
    const { display_name: name } = entry.values
    return { ...entry, values: { ...entry.values, display_name: name === '' ? params.name ?? '' : name } }
  }
}

export const cert: Backend = {
  type: 'cert',
  help: () => [
    'The "cert" credential provider allows authentication using',
    'TLS client certificates. A client connects to Vault and uses',
    'the "login" endpoint to generate a client token.'
  ].join('\n'),
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/cert', [
    configPath(config, { alwaysThere: true }),
    ...namedPaths(roles, { path: 'certs', nameOf: (name) => name.toLowerCase() }),
    ...crlPaths,
    loginPath
  ])
}
