// pki/intermediate: requests for certificates of authorities that somebody else signs.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#generate-intermediate-csr
import type { KeyObject } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { keyFields, nameFields, subjectFields } from './certificate-fields.js'
import { generationOf, keyFor, shownKey, type Generation } from './generated-keys.js'
import { limitsFor } from './limits.js'
import { newKeyName } from './new-names.js'
import { requestedNames } from './requested-names.js'
import { authorityRole } from './roots.js'
import { addKey } from './stored-keys.js'
import { globalUrls, isWithoutUrls, WITHOUT_URLS } from './urls.js'
import { alternativeNames, isWithoutNames } from './x509/alternative-names.js'
import { algorithmFor } from './x509/algorithms.js'
import { basicConstraints } from './x509/extensions.js'
import { trimmedPem } from './x509/pem.js'
import { signRequest } from './x509/request.js'

const fields = Type.Object({
  ...nameFields,
  ...subjectFields,
  ...keyFields,
  signature_bits: field.int({ description: 'Bits of the hash; 0: what is usual.', default: 0 }),
  add_basic_constraints: field.bool({ description: 'Says in the request that it is for an authority.', default: false })
})

type RequestCall = Call<Static<typeof fields>>

const ALSO_AT_THE_ROOT = ' Since this certificate is an intermediate, it might be useful to regenerate this certificate ' +
  'after fixing this problem for the root mount.'

const requestPath = (path: string, summary: string, exported?: 'existing') => definePath({
  path, summary, fields, operations: { update: (call) => generate(call, exported) }
})

export const intermediatePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  requestPath('intermediate/generate/:exported', 'Makes a request for the certificate of an authority.'),
  requestPath('issuers/generate/intermediate/:exported', 'Makes a request for the certificate of an authority.'),
  requestPath('intermediate/cross-sign', 'Makes a request for another certificate of a key that is here.', 'existing')
])

async function generate (call: RequestCall, exported = call.fields.exported): Promise<LogicalResponse> {
  const generation = generationOf(call, { ...call.fields, exported }, false)
  newKeyName(call, call.fields.key_name)
  return finish(call, generation, await keyFor(call, generation))
}

function finish (call: RequestCall, generation: Generation, key: KeyObject): LogicalResponse {
  const keyName = newKeyName(call, call.fields.key_name)
  const role = authorityRole({ ...call.fields, use_pss: false }, generation.parameters)
  const { subject, names } = requestedNames(limitsFor(call, role), call.fields, undefined, call.cluster.profile)
  const der = signRequest(subject, [
    ...(isWithoutNames(names) ? [] : [alternativeNames(names)]),
    ...(call.fields.add_basic_constraints ? [basicConstraints(true)] : [])
  ], key, algorithmFor(key, generation.parameters.signatureBits))
  const { key: { id } } = addKey(call, key, keyName)
  return {
    data: goMap({ ...shownRequest(call, generation, der, key), key_id: id }),
    warnings: isWithoutUrls(globalUrls(call)) ? [WITHOUT_URLS + ALSO_AT_THE_ROOT] : []
  }
}

function shownRequest (
  { fields: { private_key_format: keyFormat } }: RequestCall,
  { format, isExported }: Generation,
  der: Buffer,
  key: KeyObject
): Record<string, string> {
  const shown = isExported ? shownKey(key, format, keyFormat) : undefined
  if (format === 'der') return { csr: der.toString('base64'), ...shown }
  const pem = trimmedPem('CERTIFICATE REQUEST', der)
  if (format === 'pem' || shown === undefined) return { csr: pem, ...shown }
  return { csr: `${shownKey(key, format, 'der').private_key}\n${pem}`, ...shown }
}
