// sys/tools: random bytes and hashes.
import { createHash } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { decodeBase64 } from '../../go/base64.js'
import { orInvalid } from '../../go/refusing.js'
import { atoi } from '../../go/strconv.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const MOST_BYTES = 131_072
const SOURCES = ['', 'platform', 'seal', 'all']
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['sha2-224', 'sha224'],
  ['sha2-256', 'sha256'],
  ['sha2-384', 'sha384'],
  ['sha2-512', 'sha512'],
  ['sha3-224', 'sha3-224'],
  ['sha3-256', 'sha3-256'],
  ['sha3-384', 'sha3-384'],
  ['sha3-512', 'sha3-512']
])

const randomFields = Type.Object({
  bytes: field.int({ description: 'The number of bytes to generate. Defaults to 32 (256 bits).', default: 32 }),
  format: field.string({
    description: 'Encoding format to use. Can be "hex" or "base64". Defaults to "base64".',
    default: 'base64'
  }),
  source: field.string({
    description: 'Which system to source random data from, ether "platform", "seal", or "all".',
    default: 'platform'
  }),
  urlbytes: field.string({ description: 'The number of bytes to generate, in the path.' })
})
const hashFields = Type.Object({
  algorithm: field.string({
    description: 'Algorithm to use: sha2-224, sha2-256, sha2-384, sha2-512 or their sha3 counterparts. ' +
      'Defaults to "sha2-256".',
    default: 'sha2-256'
  }),
  format: field.string({
    description: 'Encoding format to use. Can be "hex" or "base64". Defaults to "hex".',
    default: 'hex'
  }),
  input: field.string({ description: 'The base64-encoded input data.', default: '' }),
  urlalgorithm: field.string({ description: 'Algorithm to use, in the path.' })
})

export const toolsPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/tools', [
  ...['tools/random', 'tools/random/:urlbytes', 'tools/random/:source/:urlbytes'].map((path) => definePath({
    path, summary: 'Generate random bytes', fields: randomFields, operations: { update: random }
  })),
  ...['tools/hash', 'tools/hash/:urlalgorithm'].map((path) => definePath({
    path, summary: 'Generate a hash sum for input data', fields: hashFields, operations: { update: hash }
  }))
])

/** The last segment is a number of bytes or, where it names one, a source. */
function random ({ cluster, fields }: Call<Static<typeof randomFields>>): LogicalResponse {
  const named = fields.urlbytes !== undefined && SOURCES.includes(fields.urlbytes)
  const source = named ? fields.urlbytes ?? '' : fields.source
  if (!SOURCES.includes(source)) {
    throw invalid(`unsupported entropy source ${JSON.stringify(source)}; must be "platform" or "seal", or "all"`)
  }
  const count = fields.urlbytes === undefined || named ? fields.bytes : byteCount(fields.urlbytes)
  if (count < 1) throw invalid('"bytes" cannot be less than 1')
  if (count > MOST_BYTES) throw invalid(`"bytes" should be less than ${MOST_BYTES}`)
  const encoding = encodingOf(fields.format)
  return { data: goMap({ random_bytes: cluster.random.stream('tools').bytes(count).toString(encoding) }) }
}

function byteCount (text: string): number {
  return orInvalid(() => Number(atoi(text)), (message) => `error parsing url-set byte count: ${message}`)
}

function hash ({ fields }: Call<Static<typeof hashFields>>): LogicalResponse {
  const encoding = encodingOf(fields.format)
  const algorithm = fields.urlalgorithm ?? fields.algorithm
  const input = orInvalid(() => decodeBase64(fields.input), (message) => `unable to decode input as base64: ${message}`)
  const digest = DIGESTS.get(algorithm)
  if (digest === undefined) throw invalid(`unsupported algorithm ${algorithm}`)
  return { data: goMap({ sum: createHash(digest).update(input).digest(encoding) }) }
}

function encodingOf (format: string): 'hex' | 'base64' {
  if (format === 'hex' || format === 'base64') return format
  throw invalid(`unsupported encoding format ${JSON.stringify(format)}; must be "hex" or "base64"`)
}
