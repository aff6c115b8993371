// auth/cert/login: whoever has connected with a trusted certificate is let in.
import { Type, type Static } from '@sinclair/typebox'
import { isLike } from '../../go/glob.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { logIn } from '../../vault/tokens/login.js'
import { entriesOf, type AuthEntry } from '../auth-entries.js'
import { configIn } from '../auth-entry-paths.js'
import { refuseOtherNetworks } from '../people.js'
import { certificatesIn, extensionText, isVouchedFor, keyIds, readCertificate, type ClientCertificate } from './certificates.js'
import { crlsIn } from './crls.js'
import type { CertConfig, CertRole } from './cert.js'

const fields = Type.Object({ name: field.string({ description: 'The role to log in with; by default any.', default: '' }) })
type LoginCall = Call<Static<typeof fields>>

export const loginPath = definePath({
  path: 'login',
  summary: 'Logs in with the certificate of the connection.',
  fields,
  unauthenticated: true,
  operations: { update: login }
})

function login (call: LoginCall): LogicalResponse {
  const { clientCertificates: shown } = call.request
  if (shown === undefined) throw invalid('tls connection required')
  const [own, ...others] = shown
  if (own === undefined) throw invalid('client certificate must be supplied')
  const client = readCertificate(own)
  const [name, role] = matching(call, client, others)
  refuseOtherNetworks(call, role.parameters)
  const ids = keyIds(client)
  const metadata = {
    authority_key_id: ids.authority,
    cert_name: name,
    common_name: client.commonName,
    serial_number: serialOf(client),
    subject_key_id: ids.subject,
    ...extensionMetadata(client, role.values)
  }
  const isShown = configIn<CertConfig>(call)?.values.enable_identity_alias_metadata === true
  return logIn(call, {
    aliasName: client.commonName,
    ...(isShown && { aliasMetadata: metadata }),
    displayName: role.values.display_name,
    metadata: goMap(metadata),
    parameters: role.parameters
  })
}

/** The first role whose certificate vouches for the client's, and whose limits it keeps. */
function matching (
  call: LoginCall, client: ClientCertificate, others: readonly string[]
): [name: string, role: AuthEntry<CertRole>] {
  const { nowMs } = call.cluster.timeline
  const wanted = call.fields.name.toLowerCase()
  const roles = [...entriesOf<AuthEntry<CertRole>>(call, 'certs/').entries()]
    .filter(([name]) => wanted === '' || name === wanted)
  const trusting = roles.filter(([, { values }]) =>
    certificatesIn(values.certificate).some((trusted) => isVouchedFor(client.x509, others, trusted, nowMs)))
  if (trusting.length === 0) {
    throw invalid('invalid certificate or no client certificate supplied; additionally got errors during verification: <nil>')
  }
  const isRevoked = [...crlsIn(call).entries()].some(([, { serials }]) => serials.includes(serialOf(client)))
  const found = isRevoked ? undefined : trusting.find(([, { values }]) => keepsLimits(client, values))
  if (found === undefined) throw invalid('no chain matching all constraints could be found for this login certificate')
  return found
}

function serialOf ({ x509 }: ClientCertificate): string {
  return BigInt(`0x${x509.serialNumber}`).toString()
}

function keepsLimits (client: ClientCertificate, role: CertRole): boolean {
  const isAmong = (patterns: readonly string[] | null, names: readonly string[]): boolean =>
    patterns === null || patterns.length === 0 ||
    names.some((name) => patterns.some((pattern) => isLike(pattern, name)))
  return isAmong(role.allowed_names, [client.commonName, ...client.dnsNames, ...client.emails]) &&
    isAmong(role.allowed_common_names, [client.commonName]) &&
    isAmong(role.allowed_dns_sans, client.dnsNames) &&
    isAmong(role.allowed_email_sans, client.emails) &&
    isAmong(role.allowed_uri_sans, client.uris) &&
    isAmong(role.allowed_organizational_units, client.organizationalUnits) &&
    (role.required_extensions ?? []).every((wanted) => hasExtension(client, wanted))
}

/** `1.2.3:pattern` */
function hasExtension ({ extensions }: ClientCertificate, wanted: string): boolean {
  const [id = '', ...pattern] = wanted.split(':')
  const value = extensions.get(id)
  return value !== undefined && isLike(pattern.join(':'), extensionText(value))
}

function extensionMetadata ({ extensions }: ClientCertificate, role: CertRole): Record<string, string> {
  const found = (role.allowed_metadata_extensions ?? []).flatMap((id) => {
    const value = extensions.get(id)
    return value === undefined ? [] : [[id.replaceAll('.', '-'), extensionText(value)]]
  })
  return Object.fromEntries(found) as Record<string, string>
}
