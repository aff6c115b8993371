// auth/ldap/config: the directory, and how people are found in it.
import { X509Certificate } from 'node:crypto'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { AuthEntry } from '../auth-entries.js'
import type { EntryKind } from '../auth-entry-paths.js'

/** By the names of the API. */
export type LdapConfig = JsonObject & {
  readonly binddn: string
  readonly bindpass: string
  readonly case_sensitive_names: boolean
  readonly certificate: string
  readonly client_tls_cert: string
  readonly client_tls_key: string
  readonly deny_null_bind: boolean
  readonly groupdn: string
  readonly tls_max_version: string
  readonly tls_min_version: string
  readonly url: string
  readonly username_as_alias: boolean
}

export const TLS_VERSIONS = ['tls10', 'tls11', 'tls12', 'tls13']

/** What is told of a directory, to whatever asks it. */
export const directoryFields = {
  anonymous_group_search: field.bool({ description: 'Looks for groups without a name of its own.' }),
  binddn: field.string({ description: 'Who looks for people.' }),
  bindpass: field.string({ description: 'With which password.' }),
  case_sensitive_names: field.bool({ description: 'Whether names are told apart by case.' }),
  certificate: field.string({ description: 'Authorities of the directory, in PEM.' }),
  client_tls_cert: field.string({ description: 'A certificate of its own.' }),
  client_tls_key: field.string({ description: 'And its key.' }),
  connection_timeout: field.durationSeconds({ description: 'How long connecting may take.' }),
  deny_null_bind: field.bool({ description: 'Refuses logins without a password.' }),
  dereference_aliases: field.string({ description: 'never, finding, searching or always.' }),
  discoverdn: field.bool({ description: 'Finds names of people without a name of its own.' }),
  groupattr: field.string({ description: 'The attribute that names groups.' }),
  groupdn: field.string({ description: 'Where groups are.' }),
  groupfilter: field.string({ description: 'Which groups somebody is in.' }),
  insecure_tls: field.bool({ description: 'Checks no certificates.' }),
  max_page_size: field.int({ description: 'Entries on one page; 0: without pages.' }),
  request_timeout: field.durationSeconds({ description: 'How long an answer may take.' }),
  starttls: field.bool({ description: 'Begins TLS on a plain connection.' }),
  tls_max_version: field.string({ description: 'The latest version of TLS.' }),
  tls_min_version: field.string({ description: 'The earliest version of TLS.' }),
  upndomain: field.string({ description: 'The domain behind names.' }),
  url: field.string({ description: 'The directory, or several with commas.' }),
  use_pre111_group_cn_behavior: field.bool({ description: 'As Vault 1.11 and before did.' }),
  use_token_groups: field.bool({ description: 'Takes groups from tokenGroups.' }),
  userattr: field.string({ description: 'The attribute that names people.' }),
  userdn: field.string({ description: 'Where people are.' }),
  userfilter: field.string({ description: 'Which entry somebody is.' }),
  username_as_alias: field.bool({ description: 'Whether the alias is the name as it was given.' })
}

export const ldapConfig: EntryKind<LdapConfig> = {
  summary: 'The directory, and what tokens will be like.',
  fields: directoryFields,
  secret: ['bindpass', 'client_tls_cert', 'client_tls_key'],
  later: 'auth/ldap/config',
  initial: {
    anonymous_group_search: false,
    binddn: '',
    bindpass: '',
    case_sensitive_names: false,
    certificate: '',
    client_tls_cert: '',
    client_tls_key: '',
    connection_timeout: 30,
    deny_null_bind: true,
    dereference_aliases: 'never',
    discoverdn: false,
    groupattr: 'cn',
    groupdn: '',
    groupfilter: '(|(memberUid={{.Username}})(member={{.UserDN}})(uniqueMember={{.UserDN}}))',
    insecure_tls: false,
    max_page_size: 0,
    request_timeout: 90,
    starttls: false,
    tls_max_version: 'tls12',
    tls_min_version: 'tls12',
    upndomain: '',
    url: 'ldap://127.0.0.1',
    use_pre111_group_cn_behavior: false,
    use_token_groups: false,
    userattr: 'cn',
    userdn: '',
    userfilter: '({{.UserAttr}}={{.Username}})',
    username_as_alias: false
  },
  complete: checked
}

/** @see recorded: `outside-auth`, ldap config */
function checked (entry: AuthEntry<LdapConfig>): AuthEntry<LdapConfig> {
  const { certificate, tls_min_version: from, tls_max_version: to, url, userattr } = entry.values
  if (certificate !== '') refuseCertificate(certificate)
  if (!TLS_VERSIONS.includes(from)) throw invalid("invalid 'tls_min_version'")
  if (!TLS_VERSIONS.includes(to)) throw invalid("invalid 'tls_max_version'")
  if (to < from) throw invalid("'tls_max_version' must be greater than or equal to 'tls_min_version'")
  refuseHalfPair(entry.values)
  return { ...entry, values: { ...entry.values, url: url.toLowerCase(), userattr: String(userattr).toLowerCase() } }
}

/** @see `ConfigEntry.Validate` of Vault's `ldaputil` */
function refuseHalfPair ({ client_tls_cert: certificate, client_tls_key: key }: LdapConfig): void {
  if ((certificate === '') !== (key === '')) throw invalid('both client_tls_cert and client_tls_key must be set')
}

/** @throws VaultError `failed to parse server tls cert: …` */
export function refuseCertificate (pem: string): void {
  if (!/-----BEGIN [^-]+-----/.test(pem)) {
    throw invalid('failed to parse server tls cert: failed to decode PEM block in the certificate')
  }
  try {
    new X509Certificate(pem).toString()
  } catch {
    throw invalid('failed to parse server tls cert: failed to parse certificate: x509: malformed certificate')
  }
}
