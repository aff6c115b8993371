// ssh/sign and ssh/issue: certificates, for keys that are brought along or made here.
// https://developer.hashicorp.com/vault/api-docs/secret/ssh#sign-ssh-key
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { GoError } from '../../go/values.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import {
  defaultOf, explained, generateKeyPair, requireAuthority, signingKey, type FoundAuthority
} from './authorities.js'
import { signCertificate, type CertificateContent } from './certificates.js'
import {
  checkKey, criticalOptionsFor, extensionsFor, keyIdFor, kindFor, namesOfKey, principalsFor, ttlSecondsFor,
  type CertificateRequest
} from './limits.js'
import { parsePublicKey, type SshPublicKey } from './public-keys.js'
import { NOTHING_ALLOWED } from './roles.js'
import { storedRoles, type Authority, type CaRole, type SshRole } from './stored.js'

const NONCE_BYTES = 32

const certificateFields = {
  role: field.string({ description: 'The desired role with configuration for this request.' }),
  ttl: field.durationSeconds({
    description: 'The requested Time To Live for the SSH certificate; sets the expiration date. Cannot be later than ' +
      'the role max TTL.'
  }),
  valid_principals: field.string({
    description: 'Valid principals, either usernames or hostnames, that the certificate should be signed for.'
  }),
  cert_type: field.string({
    default: 'user', description: 'Type of certificate to be created; either "user" or "host".'
  }),
  key_id: field.string({ default: '', description: 'Key id that the created certificate should have.' }),
  critical_options: field.map({
    default: {}, description: 'Critical options that the certificate should be signed for.'
  }),
  extensions: field.map({ default: {}, description: 'Extensions that the certificate should be signed for.' })
}
const signFields = Type.Object({
  ...certificateFields,
  public_key: field.string({ default: '', description: 'SSH public key that should be signed.' })
})
const issueFields = Type.Object({
  ...certificateFields,
  key_type: field.string({
    default: 'rsa', description: 'Specifies the desired key type; must be `rsa`, `ed25519` or `ec`'
  }),
  key_bits: field.int({
    default: 0, description: 'Specifies the number of bits to use for the generated keys.'
  })
})

type IssueCall = Call<Static<typeof issueFields>>

export const signPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/ssh', [
  definePath({
    path: 'sign/@role',
    summary: 'Request signing an SSH key using a certain role with the provided details.',
    description: 'This path allows SSH keys to be signed according to the policy of the given role.',
    fields: signFields,
    operations: { update: sign }
  }),
  definePath({
    path: 'issue/@role',
    summary: 'Request a certificate using a certain role with the provided details.',
    description: 'This path returns a certificate and a private key.',
    fields: issueFields,
    operations: { update: issue }
  })
])

function sign (call: Call<Static<typeof signFields>>): LogicalResponse {
  const found = requireRole(call, 'Unknown role')
  const role = found.keyType === 'ca' ? found : NOTHING_ALLOWED
  const { public_key: given } = call.fields
  if (given === '') throw invalid('missing public_key')
  const key = explained('failed to parse public_key as SSH key', () => parsePublicKey(given))
  checkKey(key, role)
  return certify(call, role, key)
}

/** The checks of the request follow the making of the key, as in the real server. */
async function issue (call: IssueCall): Promise<LogicalResponse> {
  const role = requireRole(call, 'unknown role')
  if (role.keyType !== 'ca') throw invalid(`role key type '${role.keyType}' not allowed to issue key pairs`)
  checkKeySpecs(call, role)
  const made = generateKeyPair(call).catch((error: unknown) => { throw asRefused(call, error) })
  const { publicKey, privateKey } = await made
  const { data, ...rest } = certify(call, role, parsePublicKey(publicKey))
  const { key_type: type } = call.fields
  return { data: goMap({ ...data, private_key: privateKey, private_key_type: type }), ...rest }
}

function asRefused ({ cluster }: IssueCall, error: unknown): unknown {
  if (!(error instanceof VaultError) || error.kind !== 'failure') return error
  return new VaultError(cluster.profile.sshIssueRefusal, error.message)
}

function requireRole (call: Call<unknown>, refusal: string): SshRole {
  const { role: name = '' } = call.params
  const role = storedRoles(call).get(name)
  if (role === undefined) throw invalid(`${refusal}: ${name}`)
  return role
}

/** Here an elliptic curve is `ec`, and roles are looked up by `ecdsa`: the real server refuses it, too. */
function checkKeySpecs ({ fields }: IssueCall, { allowedUserKeyLengths: allowed }: CaRole): void {
  if (Object.keys(allowed).length === 0) return
  const { key_type: type, key_bits: bits } = fields
  const named = namesOfKey(type, bits).filter((name) => Object.hasOwn(allowed, name))
  if (named.length === 0) throw invalid('provided key_type value not in allowed_user_key_types')
  if (named.some((name) => allowed[name]?.includes(bits))) return
  throw invalid("provided key_bits value not in list of role's allowed_user_key_types")
}

/** The checks stand in the real server's order. */
function certify (call: Call<CertificateRequest>, role: CaRole, key: SshPublicKey): LogicalResponse {
  const keyId = keyIdFor(call, role, key)
  const kind = kindFor(call, role)
  const principals = principalsFor(call, role, kind)
  const ttlSeconds = ttlSecondsFor(call, role)
  const criticalOptions = criticalOptionsFor(call, role)
  const { extensions, warnings } = extensionsFor(call, role)
  const { id, authority } = authorityFor(call, role)
  const random = call.cluster.random.stream('ssh')
  const serial = random.bytes(8).readBigUInt64BE()
  const nowSeconds = Math.floor(call.nowMs / 1000)
  const content = {
    key,
    nonce: random.bytes(NONCE_BYTES),
    serial,
    kind,
    keyId,
    principals,
    validAfterSeconds: nowSeconds - role.notBeforeSeconds,
    validBeforeSeconds: nowSeconds + ttlSeconds,
    criticalOptions,
    extensions
  }
  const signed = { serial_number: serial.toString(16), signed_key: signWith(authority, content, role.algorithmSigner) }
  const issuer = call.cluster.profile.sshIssuers ? { issuer_id: id } : {}
  return { data: goMap({ ...signed, ...issuer }), ...(warnings.length === 0 ? {} : { warnings }) }
}

function authorityFor (call: Call<unknown>, { issuerRef }: CaRole): FoundAuthority {
  const { sshIssuers: hasIssuers, sshNoAuthorityText: text } = call.cluster.profile
  if (hasIssuers) return requireAuthority(call, issuerRef)
  const found = defaultOf(call)
  if (found === undefined) throw failure(text)
  return found
}

function signWith (authority: Authority, content: CertificateContent, algorithm: string): string {
  try {
    return signCertificate(content, signingKey(authority), algorithm)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw failure(`failed to generate signed SSH key: sign error: ${error.message}`)
  }
}
