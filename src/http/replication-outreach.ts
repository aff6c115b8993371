// How this process reaches the primaries of others: their API address to unwrap a token, then their cluster addresses.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pem } from '../cluster/x509.js'
import { parseJson, printJson, type JsonObject } from '../json/index.js'
import type { LinkCertificates } from '../replication/link-certificates.js'
import { MalformedMessage, type FollowAnswer } from '../replication/messages.js'
import { LinkRefused, refusals } from '../replication/refusals.js'
import type { LinkCredentials, Outreach, TrustedFiles } from '../replication/remote.js'
import { armTimer, stopwatchMs } from '../sim/wall-clock.js'
import { AnswerLines } from './answer-lines.js'
import { OutboundError, send, type OutboundAnswer } from './outbound.js'
import { LINK_PATH, SECONDARY, SIGNATURE, signatureOf, type Action } from './replication-link.js'

const CALL_TIMEOUT_MS = 10_000
/** A primary that says nothing for so long is gone; one that sends slowly is not. */
const SILENCE_MS = 10_000
/** Between two attempts to go on with an answer that was cut off. */
const RETRY_MS = 250
const MAX_ANSWER_BYTES = 1 << 30
/** More is no file of certificates. */
const MAX_CA_BYTES = 1 << 20

/** How this process reaches the primaries of others. */
export const outreach: Outreach = {
  async unwrap (apiAddr, token, trusted) {
    const headers = { 'X-Vault-Token': token, 'X-Vault-Request': 'true', 'Content-Type': 'application/json' }
    const url = `${apiAddr}/v1/sys/wrapping/unwrap`
    const caPem = await authoritiesIn(trusted)
    const { status, body } = await send({ url, method: 'POST', headers, body: '', timeoutMs: CALL_TIMEOUT_MS, caPem })
      .catch((error: Error) => { throw refusals.unwrapFailed(error.message) })
    if (status !== 200) throw refusals.unwrapRefused(status)
    return body.toString('utf8')
  },
  async follow (clusterAddr, message, credentials, stands) {
    const lines = new AnswerLines()
    const take = async (chunk: Buffer): Promise<void> => {
      if (!stands()) throw new Error('i/o timeout')
      await lines.take(chunk)
    }
    let heardAtMs = stopwatchMs()
    for (;;) {
      const { received } = lines
      try {
        return await followOn(lines, take, clusterAddr, message, credentials)
      } catch (error) {
        const isCut = lines.resumes !== undefined && !stands()
        if (isCut) await pauseUntil(stands)
        if (isCut || lines.received > received) heardAtMs = stopwatchMs()
        if (!goesOn(lines, error) || stopwatchMs() - heardAtMs >= SILENCE_MS) throw error
        if (lines.received === received) await pause(RETRY_MS)
      }
    }
  },
  async run (clusterAddr, message, credentials) {
    return parseJson(bodyOf(await post(clusterAddr, 'run', message, credentials))) as JsonObject
  }
}

type Take = (chunk: Buffer) => Promise<void>

/** Fetches what has not come yet of an answer. */
async function followOn (
  lines: AnswerLines, take: Take, clusterAddr: string, message: JsonObject, credentials: LinkCredentials
): Promise<FollowAnswer> {
  const { resumes } = lines
  const question = resumes === undefined ? message : { ...message, resumes }
  lines.begin()
  bodyOf(await post(clusterAddr, 'follow', question, credentials, take))
  return lines.answer
}

/** Whether another connection may bring the rest of an answer. */
function goesOn ({ resumes, problem }: AnswerLines, error: unknown): boolean {
  const isFinal = error instanceof LinkRefused || error instanceof MalformedMessage
  return resumes !== undefined && problem === undefined && !isFinal
}

async function pause (ms: number): Promise<void> {
  await new Promise<void>((resolve) => { armTimer(ms, resolve) })
}

async function pauseUntil (isOver: () => boolean): Promise<void> {
  while (!isOver()) await pause(RETRY_MS)
}

/** Operators leave the scheme out. */
function clusterUrl (address: string): string {
  return `https://${address.replace(/^https?:\/\//, '').replace(/\/+$/, '')}`
}

async function post (
  clusterAddr: string,
  action: Action,
  message: JsonObject,
  credentials: LinkCredentials,
  take?: Take
): Promise<OutboundAnswer> {
  const body = printJson(message)
  const { kind, clusterId, secondaryId, secret, certificates } = credentials
  try {
    return await send({
      url: clusterUrl(clusterAddr) + LINK_PATH + action,
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        [SECONDARY]: [kind, clusterId, secondaryId].map(encodeURIComponent).join('/'),
        [SIGNATURE]: signatureOf(secret, action, body).toString('hex')
      },
      body,
      timeoutMs: SILENCE_MS,
      limitsSilence: true,
      ...memberOf(certificates),
      ...(take && { take }),
      maxAnswerBytes: MAX_ANSWER_BYTES
    })
  } catch (error) {
    throw error instanceof OutboundError ? new Error(error.reason) : error
  }
}

function memberOf ({ caCert, clientCert, clientKey }: LinkCertificates): Pick<Parameters<typeof send>[0], 'caPem' | 'asMember'> {
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${clientKey}\n-----END PRIVATE KEY-----\n`
  return { caPem: pem(Buffer.from(caCert, 'base64')), asMember: { certPem: pem(Buffer.from(clientCert, 'base64')), keyPem } }
}

function bodyOf ({ status, body }: OutboundAnswer): Buffer {
  if (status === 200) return body
  const { refused } = status === 403 ? parseJson(body) as JsonObject : {}
  if (refused === 'not-primary' || refused === 'unknown-secondary') throw new LinkRefused(refused)
  throw new Error(`unexpected status ${status}`)
}

/** The authorities that an operator named; what cannot be read is none, and the system's are trusted. */
async function authoritiesIn ({ caFile, caPath }: TrustedFiles): Promise<string | undefined> {
  const files = caFile !== '' ? [caFile] : caPath === '' ? [] : await filesIn(caPath)
  const texts = await Promise.all(files.map(certificatesIn))
  const text = texts.join('')
  return text === '' ? undefined : text
}

async function filesIn (folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.sort().map((name) => join(folder, name))
}

async function certificatesIn (file: string): Promise<string> {
  try {
    const found = await stat(file)
    if (!found.isFile() || found.size > MAX_CA_BYTES) return ''
    const text = await readFile(file, 'utf8')
    return (text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []).map((one) => one + '\n').join('')
  } catch {
    return ''
  }
}
