// transit/random and transit/hash: as below `sys/tools`, with differences.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#generate-random-bytes, #hash-data
import { createHash } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { decodeBase64 } from '../../go/base64.js'
import { orInvalid } from '../../go/refusing.js'
import { atoi } from '../../go/strconv.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { hashNamed } from './hashes.js'

const MOST_BYTES = 131_072
const SOURCES = ['', 'platform', 'seal', 'all']

const randomFields = Type.Object({
  bytes: field.int({ description: 'The number of bytes to generate. Defaults to 32 (256 bits).', default: 32 }),
  format: field.string({ description: 'Encoding format to use: "hex" or "base64".', default: 'base64' }),
  source: field.string({ description: 'Which system to source random data from: "platform", "seal", or "all".' }),
  urlbytes: field.string({ description: 'The number of bytes to generate, in the path.' })
})
const hashFields = Type.Object({
  algorithm: field.string({
    description: 'Algorithm to use: sha2-224, sha2-256, sha2-384, sha2-512 or their sha3 counterparts.',
    default: 'sha2-256'
  }),
  format: field.string({ description: 'Encoding format to use: "hex" or "base64".', default: 'hex' }),
  input: field.string({ description: 'The base64-encoded input data' }),
  urlalgorithm: field.string({ description: 'Algorithm to use, in the path.' })
})
type RandomCall = Call<Static<typeof randomFields>>

export const randomAndHashPaths: readonly PathDefinition[] = [
  ...['random', 'random/:source', 'random/:source/*urlbytes'].map((path) => definePath({
    path, summary: 'Generate random bytes', fields: randomFields, operations: { update: random }
  })),
  ...['hash', 'hash/*urlalgorithm'].map((path) => definePath({
    path, summary: 'Generate a hash sum for input data', fields: hashFields, operations: { update: hash }
  }))
]

/** The segment behind `random` is a source or a number of bytes. */
function random (call: RandomCall): LogicalResponse {
  const { format } = call.fields
  const { source, bytes } = wanted(call)
  const { quote } = call.cluster.profile.transit
  if (bytes < 1) throw invalid(`${quote}bytes${quote} cannot be less than 1`)
  if (bytes > MOST_BYTES) throw invalid(`${quote}bytes${quote} should be less than ${MOST_BYTES}`)
  if (format !== 'hex' && format !== 'base64') {
    throw invalid(`unsupported encoding format ${JSON.stringify(format)}; must be "hex" or "base64"`)
  }
  if (!SOURCES.includes(source)) {
    throw invalid(`unsupported entropy source ${JSON.stringify(source)}; must be "platform" or "seal", or "all"`)
  }
  const drawn = call.cluster.random.stream('transit').bytes(bytes)
  return { data: goMap({ random_bytes: drawn.toString(format) }), ...remarks(call, source) }
}

function wanted ({ fields, params }: RandomCall): { readonly source: string, readonly bytes: number } {
  const { source = '', urlbytes } = params
  if (urlbytes !== undefined && urlbytes !== '') return { source, bytes: byteCount(urlbytes) }
  if (SOURCES.includes(source)) return { source, bytes: fields.bytes }
  return { source: 'platform', bytes: byteCount(source) }
}

function byteCount (text: string): number {
  return orInvalid(() => Number(atoi(text)), (message) => `error parsing url-set byte count: ${message}`)
}

/** The path takes the place of the field even where it is empty (recorded: `random, bad source`). */
function remarks ({ params, request }: RandomCall, source: string): Pick<LogicalResponse, 'warnings'> {
  if (source === 'seal') {
    return { warnings: ['no seal/entropy augmentation available, using platform entropy source'] }
  }
  if (params.source !== undefined || request.data.source === undefined) return {}
  const words = "Endpoint replaced the value of these parameters with the values captured from the endpoint's path: "
  return { warnings: [`${words}[source]`] }
}

function hash ({ fields }: Call<Static<typeof hashFields>>): LogicalResponse {
  const { input, format } = fields
  const algorithm = fields.urlalgorithm || fields.algorithm
  if (input === undefined) throw invalid('input missing')
  const bytes = orInvalid(() => decodeBase64(input), (message) => `unable to decode input as base64: ${message}`)
  if (format !== 'hex' && format !== 'base64') {
    throw invalid(`unsupported encoding format ${format}; must be "hex" or "base64"`)
  }
  const digest = algorithm.startsWith('sha') && algorithm !== 'sha1' ? hashNamed(algorithm) : undefined
  if (digest === undefined) throw invalid(`unsupported algorithm ${algorithm}`)
  return { data: goMap({ sum: createHash(digest).update(bytes).digest(format) }) }
}
