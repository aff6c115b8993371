// pki/ocsp: whether a certificate holds, asked by anybody.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#ocsp-request
import { Type } from '@sinclair/typebox'
import { decodedBase64 } from '../../go/base64.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { allIssuers, ifKnown, requireIssuer } from './issuer-references.js'
import { crlConfig, durationMs } from './revocation-lists.js'
import { storedSerial } from './revocations.js'
import { signingIssuerOf } from './signing-issuer.js'
import { certificateOf, stored, type Issuer } from './stored.js'
import { algorithmFor, withoutPss } from './x509/algorithms.js'
import { MalformedDer } from './x509/der.js'
import { isAboutIssuer, parseQuestion, refusal, signAnswer, type OcspAnswer, type OcspQuestion } from './x509/ocsp.js'

type AnyCall = Call<unknown>

const noFields = Type.Object({})
const CONTENT_TYPE = 'application/ocsp-response'
const LARGEST_REQUEST_BYTES = 2048
const STATUS = { malformedRequest: 400, unauthorized: 401, internalError: 500 } as const

type Answer = (call: AnyCall) => Promise<LogicalResponse> | LogicalResponse

const ask = (path: string, read: Answer): PathDefinition => definePath({
  path,
  summary: 'Answers whether a certificate is revoked.',
  fields: noFields,
  unauthenticated: true,
  checked: false,
  ...(path === 'ocsp' ? { takesUpload: true, operations: { update: read } } : { operations: { read } })
})

export const ocspPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  ask('ocsp', async (call) => answer(call, await uploaded(call))),
  ask('ocsp/*request', (call) => {
    const { request = '' } = call.params
    return answer(call, request.length >= LARGEST_REQUEST_BYTES ? undefined : decodedBase64(request))
  })
])

/** undefined: more than questions are long. */
async function uploaded ({ request: { upload } }: AnyCall): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of upload ?? []) {
    size += chunk.length
    if (size < LARGEST_REQUEST_BYTES) chunks.push(chunk)
  }
  return size >= LARGEST_REQUEST_BYTES ? undefined : Buffer.concat(chunks)
}

function answer (call: AnyCall, der: Buffer | undefined): LogicalResponse {
  if (crlConfig(call).ocsp_disable) return refused('unauthorized')
  const question = der === undefined || der.length === 0 ? undefined : read(der)
  if (question === undefined) return refused('malformedRequest')
  const revoked = stored.revoked(call).get(storedSerial(question.serial))
  const candidates = revoked === undefined || revoked.issuerId === ''
    ? allIssuers(call)
    : allIssuers(call).filter(({ id }) => id === revoked.issuerId)
  const asked = candidates.filter((issuer) => issuer.keyId !== '' && isAboutIssuer(question, certificateOf(issuer)))
  const signer = asked.find(({ usage }) => usage.includes('ocsp-signing'))
  if (signer === undefined) return asked.length > 0 ? refused('unauthorized') : unknown(call, question)
  return signed(call, signer, question, revoked === undefined ? 'good' : { revokedAtMs: revoked.revokedAtMs })
}

function read (der: Buffer): OcspQuestion | undefined {
  try {
    return parseQuestion(der)
  } catch (error) {
    if (error instanceof MalformedDer) return undefined
    throw error
  }
}

/** About an issuer that is not here, the default one says that it does not know. */
function unknown (call: AnyCall, question: OcspQuestion): LogicalResponse {
  const issuer = ifKnown(() => requireIssuer(call, 'default'))
  if (issuer === undefined || issuer.keyId === '' || !issuer.usage.includes('ocsp-signing')) return refused('unauthorized')
  return signed(call, issuer, question, 'unknown')
}

function signed (call: AnyCall, issuer: Issuer, question: OcspQuestion, status: OcspAnswer['status']): LogicalResponse {
  const lifeMs = durationMs(crlConfig(call).ocsp_expiry)
  const { certificate, key } = signingIssuerOf(call, issuer, 'ocsp-signing')
  const answered: OcspAnswer = {
    question,
    status,
    thisUpdateAtMs: call.nowMs,
    ...(lifeMs > 0 ? { nextUpdateAtMs: call.nowMs + lifeMs } : {})
  }
  const algorithm = issuer.revocationAlgorithm === '' ? algorithmFor(key, 0) : withoutPss(issuer.revocationAlgorithm)
  return raw(200, signAnswer(answered, certificate, key, algorithm))
}

function refused (why: keyof typeof STATUS): LogicalResponse {
  return raw(STATUS[why], refusal(why))
}

function raw (status: number, body: Buffer): LogicalResponse {
  return { raw: { status, contentType: CONTENT_TYPE, body } }
}
