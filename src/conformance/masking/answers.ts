// An answer as it is recorded and compared: status, headers that clients look at, the body without what is volatile.
import type { Answer, Json, Looking, RawAnswer } from '../scenario.js'
import { describeDer, describePem } from './certificates.js'
import { describeSnapshot } from './snapshots.js'
import { describeSshKey } from './tokens.js'
import { hideIn, Masking, type Place } from './values.js'

/** Others come from the server in between, the connection or the clock. */
export const COMPARED_HEADERS = [
  'content-type', 'cache-control', 'strict-transport-security', 'content-disposition', 'location', 'x-vault-namespace',
  'allow', 'warning'
]

export function maskAnswer ({ status, headers, raw }: RawAnswer, places: readonly Place[], looking: Looking): Answer {
  const masking = new Masking(places)
  const masked: Record<string, string> = {}
  for (const name of COMPARED_HEADERS) {
    const value = headers[name]
    if (value !== undefined) masked[name] = masking.string(String(value))
  }
  return { status, headers: masked, body: maskBody(raw, String(headers['content-type'] ?? ''), places, looking) }
}

function maskBody (raw: Buffer, contentType: string, places: readonly Place[], looking: Looking): Json {
  if (raw.length === 0) return ''
  if (looking.binary) return { binary: describeSnapshot(raw) }
  const masking = new Masking(places, looking)
  const text = raw.toString('utf8')
  const content = /pkix|pem|crl|pkcs/.test(contentType)
    ? describeDer(raw) ?? describePem(text, (rest) => masking.string(rest))
    : undefined
  if (content !== undefined) return { content }
  const json = /json/.test(contentType) && !looking.asText ? maskJson(text, masking, looking) : undefined
  if (json !== undefined) return { json, endsWithNewline: text.endsWith('\n') }
  return { text: (!looking.asText && describeSshKey(text)) || masking.string(text) }
}

/** @returns undefined for what is no JSON, or not as the scenario expects it: it is compared as text then */
function maskJson (text: string, masking: Masking, { hide = {}, maskWith }: Looking): Json | undefined {
  try {
    const parsed = JSON.parse(text) as Json
    for (const [path, word] of Object.entries(hide)) hideIn(parsed, path.split('.'), word)
    const json = masking.value(parsed)
    return maskWith === undefined ? json : maskWith(json)
  } catch {
    return undefined
  }
}

/** The addresses of a run's nodes, each with the name that stands for it. */
export function placesOf (nodes: readonly string[]): Place[] {
  return nodes.flatMap((url, index): Place[] => {
    const { host, hostname, port, protocol } = new URL(url)
    const number = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port)
    return [
      [url, `<node${index}>`],
      [host, `<node${index}-host>`],
      [`${hostname}:${number + 1}`, `<node${index}-cluster>`]
    ]
  })
}
