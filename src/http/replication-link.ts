// The private path by which clusters of different processes replicate, signed with the secret behind the activation
// token.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Readable } from 'node:stream'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { apiAddrAsCalled, type CalledAt } from '../cluster/called-at.js'
import type { Cluster } from '../cluster/cluster.js'
import { farSecondary } from '../replication/connection.js'
import { connectionKey, answerFollow, hasNews, knownSecondary } from '../replication/shipping.js'
import { MalformedMessage, readFollowRequest, type FollowAnswer, type Secondary } from '../replication/messages.js'
import { KINDS, type ReplicationKind } from '../replication/records.js'
import { LinkRefused } from '../replication/refusals.js'
import { LONG_POLL_MS } from '../replication/remote.js'
import { isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../json/index.js'
import { armTimer } from '../sim/wall-clock.js'
import { answerForwarded } from '../vault/replication/write-forwarding.js'
import { serveAuthorised } from '../vault/request.js'
import { backends } from '../backends/index.js'
import { linesOf } from './answer-lines.js'
import { readBody } from './bodies.js'
import { localPlugin } from './local/local-plugin.js'
import { addresseeOf, nodeOf } from './addressee.js'
import { replicationOf } from '../replication/replication.js'

export const LINK_PATH = '/vault-mock/replication/'
export const SECONDARY = 'x-vault-mock-secondary'
export const SIGNATURE = 'x-vault-mock-signature'

export type Action = 'follow' | 'run'

const Refused = Type.Object({ refused: Type.String() }, { additionalProperties: false })
const Malformed = Type.Object({ malformed: Type.String() }, { additionalProperties: false })
const Answer = Type.Record(Type.String(), Type.Unknown())
const schema = { response: { 200: Answer, 400: Malformed, 403: Refused, 404: Malformed } }

export const replicationLinkPlugin = localPlugin((app) => {
  // the signature is over the bytes as they came
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest) => await readBody(request.raw))
  for (const action of ['follow', 'run'] as const) {
    app.post(LINK_PATH + action, { schema }, async (request, reply) => {
      await answerLink(request, reply, action)
      return reply
    })
  }
}, { otherVerbs: 404 })

async function answerLink (request: FastifyRequest, reply: FastifyReply, action: Action): Promise<FastifyReply> {
  const { cluster } = nodeOf(request)
  if (addresseeOf(request).atClusterAddr !== true) return await reply.code(404).send({ malformed: 'not a cluster address' })
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  try {
    const secondary = admit(cluster, request, action, body)
    const message = messageIn(body)
    if (!getsHere(cluster, secondary, 'there')) return dropped(request, reply)
    const answer = action === 'run'
      ? await run(cluster, secondary, message)
      : Readable.from(whileLinkStands(request, secondary, await follow(request, { ...message, ...secondary })))
    if (!getsHere(cluster, secondary, 'back')) return dropped(request, reply)
    return await reply.type(action === 'run' ? 'application/json' : 'application/jsonl').send(answer)
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

/** A link that is cut breaks what it carries. */
async function * whileLinkStands (
  request: FastifyRequest, secondary: Secondary, lines: AsyncIterable<string>
): AsyncGenerator<string> {
  const { cluster } = nodeOf(request)
  for await (const text of lines) {
    if (!getsHere(cluster, secondary, 'back')) {
      request.raw.socket.destroy()
      return
    }
    yield text
  }
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

/** What proves that a message is a secondary's. */
export function signatureOf (secret: string, action: Action, body: string | Uint8Array): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(`${action}\n`).update(body).digest()
}

/** Holds a question while there is nothing to say; being asked is a sign of life. */
async function follow (request: FastifyRequest, message: JsonObject): Promise<AsyncIterable<string>> {
  const { cluster } = nodeOf(request)
  const question = readFollowRequest(message)
  const key = connectionKey(question.kind, question.secondaryId)
  const { transfers } = replicationOf(cluster)
  if (question.headOnly === true) return linesOf(inTheirTerms(request, answerFollow(cluster, question)))
  replicationOf(cluster).heardFrom(key, question.position)
  const resumed = transfers.resumed(key, question.resumes)
  if (resumed !== undefined) return linesOf(resumed, question.resumes?.lines)
  const waitMs = Math.min(question.waitMs ?? 0, LONG_POLL_MS)
  if (waitMs > 0 && !hasNews(cluster, question)) await aWrite(cluster, waitMs)
  return linesOf(transfers.begin(key, inTheirTerms(request, answerFollow(cluster, question))))
}

/** Where nodes take their addresses from how they are called, a secondary is told those. */
function inTheirTerms (request: FastifyRequest, answer: FollowAnswer): FollowAnswer {
  const { node, apiAddrFromHost = false } = addresseeOf(request)
  const { host } = request.headers
  if (!apiAddrFromHost || host === undefined) return answer
  const called: CalledAt = { host, apiAddr: `https://${node.clusterAddr}` }
  const nodes = answer.nodes.map(({ apiAddr, clusterAddr }) => ({
    apiAddr: apiAddrAsCalled({ apiAddr }, called).replace(/^https?:/, new URL(apiAddr).protocol),
    clusterAddr: apiAddrAsCalled({ apiAddr: clusterAddr }, called)
  }))
  const isOwn = answer.linkAddrs.length === 0
  return { ...answer, nodes, primaryClusterAddr: isOwn ? nodes[0]?.clusterAddr ?? '' : answer.primaryClusterAddr }
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
