// pki/keys and pki/key: the private keys of a mount.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#list-keys and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { keyFields } from './certificate-fields.js'
import { allBlocks, TOO_SHORT } from './imports.js'
import { makeKeyFor } from './issuance.js'
import { allIssuers, allKeys, ifKnown, requireKey } from './issuer-references.js'
import { checkedKeyParameters } from './key-parameters.js'
import { isReferenceName, newKeyName } from './new-names.js'
import { addKey, removeKey } from './stored-keys.js'
import { privateKeyOf, stored } from './stored.js'
import { colonHex, parsePrivateKey, privateKeyPem, publicKeyOf, subjectKeyIdOf } from './x509/keys.js'
import { toPem } from './x509/pem.js'

const refFields = Type.Object({
  key_ref: field.string({ description: 'Which key: a name, an id, or `default`.', default: 'default' }),
  key_name: field.string({ description: 'A new name for the key.', default: '' })
})
const generateFields = Type.Object(keyFields)
const importFields = Type.Object({
  key_name: field.string({ description: 'Name for the key.' }),
  pem_bundle: field.string({ description: 'The key, as PEM.', default: '' })
})

type RefCall = Call<Static<typeof refFields>>
type GenerateCall = Call<Static<typeof generateFields>>
type ImportCall = Call<Static<typeof importFields>>

const SHORTEST = 64

const generatePath = (exported: 'internal' | 'exported' | 'kms') => definePath({
  path: `keys/generate/${exported}`,
  summary: 'Makes a key.',
  fields: generateFields,
  operations: { update: (call) => generate(call, exported) }
})

export const keyPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({ path: 'keys', summary: 'Lists the keys.', fields: Type.Object({}), operations: { list } }),
  generatePath('internal'),
  generatePath('exported'),
  generatePath('kms'),
  definePath({ path: 'keys/import', summary: 'Imports a key.', fields: importFields, operations: { update: importKey } }),
  definePath({
    path: 'key/:key_ref',
    summary: 'A key.',
    fields: refFields,
    operations: { read, update: rename, delete: remove }
  })
])

function list (call: Call<unknown>): LogicalResponse {
  const defaultId = stored.defaultKey(call).value
  const keys = allKeys(call)
  const info = keys.map(({ id, name }) => [id, goMap({ is_default: id === defaultId, key_name: name })])
  return keys.length === 0
    ? { data: goMap({ keys: [] }) }
    : { data: goMap({ keys: keys.map(({ id }) => id), key_info: goMap(Object.fromEntries(info)) }) }
}

async function generate (call: GenerateCall, exported: 'internal' | 'exported' | 'kms'): Promise<LogicalResponse> {
  const { fields } = call
  newKeyName(call, fields.key_name)
  if (exported === 'kms') throw failure('managed keys are supported within enterprise edition only')
  const parameters = checkedKeyParameters(
    { keyType: fields.key_type, keyBits: fields.key_bits, signatureBits: 0 },
    'Validation for key_type, key_bits failed: '
  )
  const made = await makeKeyFor(call, parameters)
  const { key } = addKey(call, made, newKeyName(call, fields.key_name))
  return {
    data: goMap({
      key_id: key.id,
      key_name: key.name,
      key_type: key.type,
      ...(exported === 'exported' ? { private_key: privateKeyPem(made) } : {})
    })
  }
}

function importKey (call: ImportCall): LogicalResponse {
  const { key_name: wanted, pem_bundle: bundle } = call.fields
  const name = newKeyName(call, wanted)
  if (bundle.length < SHORTEST) throw invalid(TOO_SHORT)
  const [block, ...others] = allBlocks(bundle)
  if (block === undefined || others.length > 0) {
    throw invalid('only a single key can be present within the pem_bundle for importing')
  }
  const given = parsePrivateKey(toPem(block.type, block.der))
  if (given === undefined) throw invalid('got errors attempting to parse DER private key')
  const { key, existed } = addKey(call, given, name)
  return {
    data: goMap({ key_id: key.id, key_name: key.name, key_type: key.type }),
    warnings: existed ? ['Key already imported, use key/ endpoint to update name.'] : []
  }
}

function read (call: RefCall): LogicalResponse {
  const key = requireKey(call, call.fields.key_ref)
  return {
    data: goMap({
      key_id: key.id,
      key_name: key.name,
      key_type: key.type,
      subject_key_id: colonHex(subjectKeyIdOf(publicKeyOf(privateKeyOf(key))))
    })
  }
}

function rename (call: RefCall): LogicalResponse {
  const key = requireKey(call, call.fields.key_ref)
  const { key_name: name } = call.fields
  if (name !== '' && !isReferenceName(name)) throw invalid('new key name outside of valid character limits')
  if (name !== key.name) stored.keys(call).put(key.id, { ...key, name })
  return {
    data: goMap({ key_id: key.id, key_name: name, key_type: key.type }),
    warnings: name === ''
      ? [`Name successfully deleted, you will now need to reference this key by it's Id: ${key.id}`]
      : []
  }
}

/** What is not there is gone already. */
function remove (call: RefCall): LogicalResponse | undefined {
  const reference = call.fields.key_ref
  const key = ifKnown(() => requireKey(call, reference))
  if (key === undefined) return undefined
  const user = allIssuers(call).find(({ keyId }) => keyId === key.id)
  if (user !== undefined) throw invalid(`Failed to Delete Key.  Key in Use by Issuer: ${user.id}`)
  if (!removeKey(call, key)) return undefined
  return {
    data: null,
    warnings: [
      `Deleted key ${key.id} (via key_ref ${reference}); this was configured as the default key. ` +
      'Operations without an explicit key will not work until a new default is configured.'
    ]
  }
}
