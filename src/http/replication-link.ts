// The private path by which clusters of different processes replicate, signed with the secret behind the activation
// token.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Cluster } from '../cluster/cluster.js'
import { farSecondary } from '../replication/connection.js'
import { connectionKey, answerFollow, hasNews, knownSecondary } from '../replication/shipping.js'
import { asJson, MalformedMessage, readFollowRequest, type Secondary } from '../replication/messages.js'
import { KINDS, type ReplicationKind } from '../replication/records.js'
import { LinkRefused, refusals } from '../replication/refusals.js'
import { LONG_POLL_MS, type LinkCredentials, type Outreach } from '../replication/remote.js'
import { isObject, JsonSyntaxError, parseJson, printJson, type JsonObject, type JsonValue } from '../json/index.js'
import { armTimer } from '../sim/wall-clock.js'
import { answerForwarded } from '../vault/replication/write-forwarding.js'
import { serveAuthorised } from '../vault/request.js'
import { backends } from '../backends/index.js'
import { apiAddrFor } from './addresses.js'
import { readBody } from './bodies.js'
import { localPlugin } from './local/local-plugin.js'
import { send, type OutboundAnswer } from './outbound.js'
import { nodeOf } from './addressee.js'
import { replicationOf } from '../replication/replication.js'

const PATH = '/vault-mock/replication/'
const SECONDARY = 'x-vault-mock-secondary'
const SIGNATURE = 'x-vault-mock-signature'
const CALL_TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 1 << 30

type Action = 'follow' | 'run'

const Refused = Type.Object({ refused: Type.String() }, { additionalProperties: false })
const Malformed = Type.Object({ malformed: Type.String() }, { additionalProperties: false })
const Answer = Type.Record(Type.String(), Type.Unknown())
const schema = { response: { 200: Answer, 400: Malformed, 403: Refused } }

export const replicationLinkPlugin = localPlugin((app) => {
  // the signature is over the bytes as they came
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest) => await readBody(request.raw))
  for (const action of ['follow', 'run'] as const) {
    app.post(PATH + action, { schema }, async (request, reply) => {
      await answerLink(request, reply, action)
      return reply
    })
  }
}, { otherVerbs: 404 })

async function answerLink (request: FastifyRequest, reply: FastifyReply, action: Action): Promise<FastifyReply> {
  const { cluster } = nodeOf(request)
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  try {
    const secondary = admit(cluster, request, action, body)
    const message = messageIn(body)
    if (!getsHere(cluster, secondary, 'there')) return dropped(request, reply)
    const answer = action === 'follow'
      ? await follow(request, { ...message, ...secondary })
      : await run(cluster, secondary, message)
    if (!getsHere(cluster, secondary, 'back')) return dropped(request, reply)
    return await reply.send(answer)
  } catch (error) {
    if (error instanceof MalformedMessage) return await reply.code(400).send({ malformed: error.message })
    if (!(error instanceof LinkRefused)) throw error
    return await reply.code(403).send({ refused: error.reason })
  }
}

/** Whether this world's links let a secondary's question through, and the answer to it. */
function getsHere (cluster: Cluster, { secondaryId }: Secondary, direction: 'there' | 'back'): boolean {
  const { surroundings: { network }, activeNode, label } = cluster
  const [own, far] = [activeNode?.networkName ?? label, farSecondary(secondaryId)]
  return direction === 'there' ? network.canReach(far, own) : network.canReach(own, far)
}

/** As if nothing had come. */
function dropped ({ raw }: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  raw.socket.destroy()
  return reply
}

/** @throws {MalformedMessage} */
function messageIn (body: Buffer): JsonObject {
  const message = jsonIn(body)
  if (!isObject(message)) throw new MalformedMessage('not an object')
  return message
}

function jsonIn (body: Buffer): JsonValue {
  try {
    return parseJson(body)
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new MalformedMessage(error.message)
    throw error
  }
}

/** Who sent a message, proven by its signature. @throws {LinkRefused} */
function admit (cluster: Cluster, { headers }: FastifyRequest, action: Action, body: Buffer): Secondary {
  const secondary = namedSecondary(String(headers[SECONDARY] ?? ''))
  const { secret } = knownSecondary(cluster, secondary)
  const given = Buffer.from(String(headers[SIGNATURE] ?? ''), 'hex')
  const expected = signatureOf(secret, action, body)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new LinkRefused('unknown-secondary')
  return secondary
}

/** `dr/<id of the set>/<id of the secondary>`, each part encoded. @throws {LinkRefused} */
function namedSecondary (text: string): Secondary {
  const [kind, clusterId, secondaryId] = text.split('/').map(decoded)
  if (!isKind(kind) || clusterId === undefined || secondaryId === undefined) throw new LinkRefused('unknown-secondary')
  return { kind, clusterId, secondaryId }
}

function decoded (part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

function isKind (kind: string | undefined): kind is ReplicationKind {
  return KINDS.some((known) => known === kind)
}

function signatureOf (secret: string, action: Action, body: string | Uint8Array): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(`${action}\n`).update(body).digest()
}

/** Holds a question while there is nothing to say; being asked is a sign of life. */
async function follow (request: FastifyRequest, message: JsonObject): Promise<JsonObject> {
  const { cluster } = nodeOf(request)
  const question = readFollowRequest(message)
  replicationOf(cluster).heardFrom(connectionKey(question.kind, question.secondaryId), question.position)
  const waitMs = Math.min(question.waitMs ?? 0, LONG_POLL_MS)
  if (waitMs > 0 && !hasNews(cluster, question)) await aWrite(cluster, waitMs)
  const answer = answerFollow(cluster, question)
  return asJson({ ...answer, nodes: answer.nodes.map((node) => ({ ...node, apiAddr: apiAddrFor(request, node) })) })
}

function aWrite (cluster: Cluster, atMostMs: number): Promise<void> {
  const { waiting } = replicationOf(cluster)
  return new Promise((resolve) => {
    const wake = (): void => {
      waiting.delete(wake)
      cancel()
      resolve()
    }
    const cancel = armTimer(atMostMs, wake)
    waiting.add(wake)
  })
}

async function run (cluster: Cluster, secondary: Secondary, message: JsonObject): Promise<JsonObject> {
  const { activeNode } = cluster
  if (secondary.kind !== 'performance' || activeNode === undefined) throw new LinkRefused('not-primary')
  return await answerForwarded(activeNode, message, (node, forwarded) => serveAuthorised(node, forwarded, backends))
}

/** How this process reaches the primaries of others. */
export const outreach: Outreach = {
  async unwrap (apiAddr, token) {
    const headers = { 'X-Vault-Token': token, 'X-Vault-Request': 'true' }
    const { status, body } = await post(`${apiAddr}/v1/sys/wrapping/unwrap`, '', headers)
      .catch((error: Error) => { throw refusals.unwrapFailed(error.message) })
    if (status !== 200) throw refusals.unwrapRefused(status)
    return body.toString('utf8')
  },
  async send (apiAddr, action, message, credentials) {
    const body = printJson(message)
    const answer = await post(apiAddr.replace(/\/+$/, '') + PATH + action, body, linkHeaders(credentials, action, body))
    return answerIn(answer)
  }
}

function linkHeaders (credentials: LinkCredentials, action: Action, body: string): Record<string, string> {
  const { kind, clusterId, secondaryId, secret } = credentials
  return {
    [SECONDARY]: [kind, clusterId, secondaryId].map(encodeURIComponent).join('/'),
    [SIGNATURE]: signatureOf(secret, action, body).toString('hex')
  }
}

/** The primary's certificate is not looked at: the files with its authority are a matter of the machine it runs on. */
async function post (url: string, body: string, headers: Record<string, string>): Promise<OutboundAnswer> {
  return await send({
    url,
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
    timeoutMs: CALL_TIMEOUT_MS,
    rejectUnauthorized: false,
    maxAnswerBytes: MAX_ANSWER_BYTES
  })
}

function answerIn ({ status, body }: OutboundAnswer): JsonObject {
  if (status === 200) return parseJson(body) as JsonObject
  const { refused } = status === 403 ? parseJson(body) as JsonObject : {}
  if (refused === 'not-primary' || refused === 'unknown-secondary') throw new LinkRefused(refused)
  throw new Error(`unexpected status ${status}`)
}
