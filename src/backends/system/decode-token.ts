// sys/decode-token: what a ceremony's encoded token says.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const fields = Type.Object({
  encoded_token: field.string({ description: 'Specifies the encoded token (result from generate-root).', default: '' }),
  otp: field.string({ description: 'Specifies the otp code for decode.', default: '' })
})

export const decodeTokenPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/decode-token', [
  definePath({
    path: 'decode-token',
    summary: 'Decodes the encoded token with the otp.',
    unauthenticated: true,
    fields,
    operations: { update: decode }
  })
])

function decode ({ fields: { encoded_token: encoded, otp } }: Call<Static<typeof fields>>): LogicalResponse {
  if (encoded === '') throw invalid('missing encoded token')
  if (otp === '') throw invalid('missing otp')
  const bytes = Buffer.from(encoded, 'base64')
  const pad = Buffer.from(otp)
  if (bytes.length !== pad.length) {
    const lengths = `${bytes.length} != ${pad.length}`
    throw invalid(`error xoring encoded token: length of byte slices is not equivalent: ${lengths}`)
  }
  return { data: goMap({ token: Buffer.from(bytes.map((byte, i) => byte ^ (pad[i] ?? 0))).toString() }) }
}
