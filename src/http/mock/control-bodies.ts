// The bodies of controls: JSON whatever the label says, as people forget it.
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ControlProblem } from '../../control/problem.js'
import { JsonParts, parseJson, type JsonValue } from '../../json/index.js'

const LARGEST_BODY_BYTES = 1024 ** 3

/** States are read without loss, and as they come: they may be large. */
export function readBodies (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest, body: IncomingMessage) => {
    return request.url.endsWith('/state') ? await losslessValue(body) : await plainValue(body)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    request.body ??= {}
    done()
  })
}

/** Undefined where there is nothing. @throws {JsonSyntaxError} */
async function losslessValue (body: IncomingMessage): Promise<JsonValue | undefined> {
  const parts = new JsonParts()
  for await (const bytes of piecesOf(body)) parts.take(bytes)
  return parts.isBlank ? undefined : parts.end()
}

/** The same as ordinary JavaScript values. @throws {JsonSyntaxError} */
async function plainValue (body: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  for await (const bytes of piecesOf(body)) pieces.push(bytes)
  const text = Buffer.concat(pieces).toString('utf8')
  if (text.trim() === '') return undefined
  // it says better what is wrong
  parseJson(text)
  return JSON.parse(text)
}

/** @throws {ControlProblem} where it is too large, or the client went away */
async function * piecesOf (body: IncomingMessage): AsyncGenerator<Buffer> {
  let length = 0
  try {
    for await (const bytes of body as AsyncIterable<Buffer>) {
      length += bytes.length
      if (length > LARGEST_BODY_BYTES) break
      yield bytes
    }
  } catch {
    throw new ControlProblem('wrong', 'the body did not come to its end')
  }
  if (length > LARGEST_BODY_BYTES) throw new ControlProblem('wrong', `a body has at most ${LARGEST_BODY_BYTES} bytes`)
}
