// transit/keys/<name>/csr and set-certificate: requests for certificates, and the certificates that came of them.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#sign-csr, #set-certificate-chain
import { X509Certificate } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { certificateRequest, isLeaf, readTemplate } from './certificate-requests.js'
import { nameField } from './cipher-fields.js'
import { privateKeyOf, publicKeyOf } from './key-material.js'
import { signs, typeOf } from './key-types.js'
import { namedKey, requireVersion, storeOf, type TransitKey } from './stored-keys.js'

const versionField = field.int({ description: "Version of the key, 'latest' if not set" })
const csrFields = Type.Object({
  name: nameField,
  version: versionField,
  csr: field.string({
    description: 'A request in PEM, whose subject and attributes are taken over. If not set, they are empty.', default: ''
  })
})
const chainFields = Type.Object({
  name: nameField,
  version: versionField,
  certificate_chain: field.string({
    description: "Certificates in PEM, the end entity's first.", default: ''
  })
})
type CsrCall = Call<Static<typeof csrFields>>
type ChainCall = Call<Static<typeof chainFields>>

const inProfile = ({ transit }: Profile): boolean => transit.certificates

export const certificatePaths: readonly PathDefinition[] = [
  definePath({
    path: 'keys/:name/csr',
    summary: 'Create a CSR from a key in transit',
    inProfile,
    fields: csrFields,
    operations: { update: createCsr }
  }),
  definePath({
    path: 'keys/:name/set-certificate',
    summary: 'Imports an externally-signed certificate \nchain into an existing key version',
    inProfile,
    fields: chainFields,
    operations: { update: setCertificate }
  })
]

/** @see recorded: `csr of a key`, `csr of a symmetric key` */
function createCsr (call: CsrCall): LogicalResponse {
  const key = signingKey(call, "'")
  const template = readTemplate(call.fields.csr)
  const refused = (error: VaultError): Error => error.kind === 'invalid'
    ? invalid(`could not create the csr: ${error.message}`)
    : failure(`could not create the csr: ${error.message}`)
  return withWords(refused, () => {
    const version = requireVersion(storeOf(call), key, call.fields.version ?? key.latestVersion)
    const privateKey = privateKeyOf(version)
    if (privateKey === undefined) throw invalid('private key not imported for key version selected')
    const csr = certificateRequest(typeOf(key), privateKey, template)
    return { data: goMap({ csr, name: key.name, type: key.type }) }
  })
}

/** @param quote around the type in what is said of one that cannot sign */
function signingKey (call: Call<unknown>, quote: string): TransitKey {
  const key = namedKey(call)
  if (key === undefined) throw invalid(`key with provided name '${call.params.name ?? ''}' not found`)
  if (!signs(typeOf(key))) throw invalid(`key type ${quote}${key.type}${quote} does not support signing`)
  if (key.derived) throw invalid('operation not supported on keys with derivation enabled')
  return key
}

/** What is refused within, in other words. */
function withWords<T> (reworded: (error: VaultError) => Error, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof VaultError ? reworded(error) : error
  }
}

function setCertificate (call: ChainCall): LogicalResponse {
  const key = signingKey(call, '')
  const { certificate_chain: chain, version: wanted } = call.fields
  const certificates = certificatesIn(chain)
  const refused = (error: VaultError): Error => error.kind === 'invalid'
    ? invalid(`failed to persist certificate chain: ${error.message}`)
    : failure(`failed to persist certificate chain: ${error.message}`)
  withWords(refused, () => { store(call, key, wanted ?? key.latestVersion, certificates) })
  return { data: goMap({ 'certificate-chain': chain, name: key.name, type: key.type }) }
}

const PEM_BLOCK = /-----BEGIN ([^-]+)-----\s([A-Za-z0-9+/=\s]*)-----END \1-----/g

/** Blocks of other things are passed over. */
function certificatesIn (text: string): X509Certificate[] {
  const blocks = [...text.matchAll(PEM_BLOCK)]
  if (text.replace(PEM_BLOCK, '').trim() !== '') throw invalid('could not decode PEM block in certificate chain')
  const found = blocks.filter(([, label]) => label === 'CERTIFICATE')
  if (found.length === 0) throw invalid('provided certificate chain did not contain any valid PEM certificate')
  return found.map(([block]) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw invalid('failed to parse certificate in certificate chain: x509: malformed certificate')
    }
  })
}

const ALGORITHMS: ReadonlyMap<string | undefined, string> = new Map([
  ['rsa', 'RSA'], ['ec', 'ECDSA'], ['ed25519', 'Ed25519']
])
const NODE_KINDS: Readonly<Record<string, string>> = { rsa: 'rsa', ecdsa: 'ec', ed25519: 'ed25519' }

/** @throws {VaultError} `invalid` for a chain that is none, `failure` where it is another key's */
function store (call: ChainCall, key: TransitKey, number: number, chain: readonly X509Certificate[]): void {
  const [first, ...others] = chain
  if (first === undefined) throw invalid('expected at least one certificate in the parsed certificate chain')
  if (first.ca) throw invalid('certificate in the first position is not a leaf certificate')
  if (others.some((certificate) => isLeaf(certificate.raw))) {
    throw invalid('provided certificate chain contains more than one leaf certificate')
  }
  const { asymmetricKeyType } = first.publicKey
  if (asymmetricKeyType !== NODE_KINDS[typeOf(key).kind]) {
    const algorithm = ALGORITHMS.get(asymmetricKeyType) ?? '0'
    throw invalid('could not validate key match between leaf certificate key and key version in transit: provided ' +
      `leaf certificate public key algorithm '${algorithm}' does not match the transit key type '${key.type}'`)
  }
  const version = requireVersion(storeOf(call), key, number)
  if (!publicKeyOf(version).equals(first.publicKey)) {
    throw failure('leaf certificate public key does match the key version selected')
  }
  const certificateChain = chain.map(({ raw }) => raw.toString('base64'))
  storeOf(call).putVersion(key, number, { ...version, certificateChain })
}
