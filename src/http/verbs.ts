// The verbs that Vault has and Node's HTTP parser refuses: LIST, SCAN and RECOVER. They are read as GET, with their
// name kept.
//
// Where the parser gives up on one, its connection's own parser is put back to its first state and reads on, with the
// verb rewritten. That needs internals of Node, all of them named in this file; test/http/verbs.test.ts runs on every
// supported version. Other requests pay next to nothing: `verbOf`, and a note of where each began.
import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { InjectOptions } from 'light-my-request'

/**
 * How many letters of each verb Node's parser takes before it refuses: those that another verb (LINK, RECORD) begins
 * with.
 */
const LETTERS_TAKEN = { LIST: 2, SCAN: 1, RECOVER: 4 } as const
type Verb = keyof typeof LETTERS_TAKEN
const VERBS = Object.keys(LETTERS_TAKEN) as Verb[]

const AS_GET = Buffer.from('GET ')
const VERB = Symbol('vault-mock.verb')
const BEGAN = Symbol('vault-mock.began')

/** What Node says when it cannot read a request. */
export interface ClientError extends Error {
  code?: string
  reason?: string
  /** where in `rawPacket` the parser stopped */
  bytesParsed?: number
  rawPacket?: Buffer
  /** set here: the verb is one of Vault's, but this version of Node does not let us take it */
  refusedVerb?: string
}

export type ClientErrorHandler = (error: ClientError, socket: Socket) => void

/** Where a verb stands in a packet: `start` is negative when that many of its letters came in an earlier one. */
interface Place { readonly verb: Verb, readonly start: number, readonly complete: boolean }

/** A packet that ended within a verb. */
interface Held { readonly packet: Buffer, readonly refusedAt: number }

type OnIncoming = (request: IncomingMessage, keepAlive: boolean) => number

/** Node's parser of one connection, as of Node 20 to 24. */
interface Parser {
  readonly constructor: { readonly REQUEST: number, readonly kOnMessageBegin?: number }
  readonly socket?: Socket | null
  /** how many bytes had come when the latest request began, those of its first packet included */
  [BEGAN]?: number
  onIncoming: OnIncoming
  initialize (kind: number, resource: object, maxHeaderSizeBytes: number, lenient: number, connections: unknown): void
  remove (): void
  execute (packet: Buffer): number | ClientError
}

/** What each connection held back: of one server. */
type HeldPackets = WeakMap<Socket, Held>

/**
 * The verb of a request: Node's own, or the one that was rewritten.
 *
 * @example verbOf(request) // 'LIST', where request.method is 'GET'
 */
export function verbOf (request: IncomingMessage): string {
  return (request as { [VERB]?: string })[VERB] ?? request.method ?? 'GET'
}

/**
 * Lets a server take LIST, SCAN and RECOVER: its requests then come as GET, and `verbOf` tells.
 *
 * @param server plain or TLS; keep-alive, pipelining and bodies work as for any request
 * @param fallback answers everything else that the parser refuses. Where Node's internals have changed, `refusedVerb`
 *   is set and the answer should be 405.
 */
export function acceptVerbs (server: Server, fallback: ClientErrorHandler): void {
  const held: HeldPackets = new WeakMap()
  server.on(server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection', noteBegins)
  server.on('clientError', (error: ClientError, socket: Socket) => {
    const unread = readOn({ server, held, socket }, error)
    if (unread !== undefined) fallback(unread, socket)
  })
}

/** Has the parser note where each request begins, in the slot that Node keeps for that and does not use. */
function noteBegins (socket: Socket): void {
  const parser = parserOf(socket)
  const slot = parser?.constructor.kOnMessageBegin
  if (parser !== undefined && slot !== undefined) Reflect.set(parser, slot, noteBegin)
}

function noteBegin (this: Parser): void {
  this[BEGAN] = this.socket?.bytesRead ?? 0
}

/**
 * `inject` with any verb: light-my-request knows only Node's, so Vault's go as GET, from a request class that names
 * the verb. Nothing that a client can send has the same effect.
 */
export function injectable (options: Omit<InjectOptions, 'method'> & { readonly method?: string }): InjectOptions {
  const verb = VERBS.find((name) => name === options.method?.toUpperCase())
  if (verb === undefined) return options as InjectOptions
  return { ...options, method: 'GET', Request: INJECTED[verb] } as InjectOptions
}

const INJECTED = { LIST: injectedAs('LIST'), SCAN: injectedAs('SCAN'), RECOVER: injectedAs('RECOVER') }

function injectedAs (verb: Verb): typeof Readable {
  return class extends Readable {
    get [VERB] (): string { return verb }
  }
}

interface Connection { readonly server: Server, readonly held: HeldPackets, readonly socket: Socket }

/** Reads on past each verb of ours in the packet. Returns what cannot be read even so. */
function readOn ({ server, held, socket }: Connection, error: ClientError): ClientError | undefined {
  let failure: ClientError | undefined = error
  while (failure?.code === 'HPE_INVALID_METHOD' && failure.rawPacket !== undefined) {
    const { packet, refusedAt } = joined(held, socket, failure.rawPacket, failure.bytesParsed ?? 0)
    const place = placeOf(packet, refusedAt, lettersBefore(socket, packet))
    if (place === undefined) return failure
    if (!place.complete) {
      held.set(socket, { packet, refusedAt }) // the parser stays in its error state: the next packet comes back here
      return undefined
    }
    const parser = parserOf(socket)
    const connections = connectionsOf(server)
    if (parser === undefined || connections === undefined) return Object.assign(failure, { refusedVerb: place.verb })
    restart(parser, server, connections)
    nameNext(parser, place.verb)
    failure = execute(parser, asGet(packet, place))
  }
  return failure
}

/** The packet, after what was held back of the one before. */
function joined (held: HeldPackets, socket: Socket, packet: Buffer, refusedAt: number): Held {
  const before = held.get(socket)
  if (before === undefined) return { packet, refusedAt }
  held.delete(socket)
  return { packet: Buffer.concat([before.packet, packet]), refusedAt: before.refusedAt }
}

/** At most so many letters of the verb came before the packet: none where the request begins in it. */
function lettersBefore (socket: Socket, packet: Buffer): number {
  const earlier = socket.bytesRead - packet.length
  const began = parserOf(socket)?.[BEGAN] ?? 0
  return began > earlier ? 0 : earlier
}

/**
 * Letters that came in an earlier packet are gone: their number is known, and that the parser took them.
 *
 * @param earlier at most so many came before the packet: where there are none, VER is no rest of RECOVER
 */
function placeOf (packet: Buffer, refusedAt: number, earlier: number): Place | undefined {
  for (const verb of VERBS) {
    const start = refusedAt - LETTERS_TAKEN[verb]
    if (-start > earlier) continue
    const expected = `${verb} `.slice(Math.max(0, -start))
    const found = packet.toString('latin1', Math.max(0, start), Math.max(0, start) + expected.length)
    if (found === expected) return { verb, start, complete: true }
    const reachesEnd = Math.max(0, start) + found.length === packet.length
    if (reachesEnd && expected.startsWith(found)) return { verb, start, complete: false }
  }
  return undefined
}

/** The packet from the verb on, with GET for it: in place unless less than that is left of the verb. */
function asGet (packet: Buffer, { verb, start }: Place): Buffer {
  const end = start + verb.length + 1
  if (end < AS_GET.length) return Buffer.concat([AS_GET, packet.subarray(end)])
  AS_GET.copy(packet, end - AS_GET.length)
  return packet.subarray(end - AS_GET.length)
}

function execute (parser: Parser, packet: Buffer): ClientError | undefined {
  const result = parser.execute(packet)
  return result instanceof Error ? Object.assign(result, { rawPacket: packet }) : undefined
}

/**
 * Names the next request that this parser delivers, before any event tells of it; the one after is Node's own again.
 */
function nameNext (parser: Parser, verb: Verb): void {
  const deliver = parser.onIncoming
  parser.onIncoming = (request, keepAlive) => {
    parser.onIncoming = deliver
    Object.assign(request, { [VERB]: verb })
    return deliver(request, keepAlive)
  }
}

function restart (parser: Parser, server: Server, connections: unknown): void {
  parser.remove() // or it stands in the list of connections twice, and `server.close()` throws
  parser.initialize(parser.constructor.REQUEST, {}, maxHeaderSizeOf(server), 0, connections)
}

function maxHeaderSizeOf (server: Server): number {
  return (server as { maxHeaderSize?: number }).maxHeaderSize ?? 0
}

function parserOf (socket: Socket): Parser | undefined {
  const { parser } = socket as { parser?: Partial<Parser> | null }
  const methods = [parser?.initialize, parser?.remove, parser?.execute, parser?.onIncoming]
  const known = methods.every((method) => typeof method === 'function') && typeof parser?.constructor?.REQUEST === 'number'
  return known ? parser as Parser : undefined
}

/** The server's list of connections, which looks after its timeouts. */
function connectionsOf (server: Server): unknown {
  const symbol = Object.getOwnPropertySymbols(server).find(({ description }) => description === 'http.server.connections')
  return symbol === undefined ? undefined : Reflect.get(server, symbol)
}
