// Reads the bodies of the endpoints that decode into Go structs: no weak typing, Go's own words for what is wrong.
import type { FastifyRequest } from 'fastify'
import { goMap, parseJson, JsonSyntaxError, type JsonObject, type JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { decodeStruct, type StructField } from '../../vault/fields/fields.js'
import { guardJson, readBody } from '../bodies.js'
import { nodeOf } from '../addressee.js'

const PARSE_PREFIX = 'failed to parse JSON input: '

export interface StructBody<Name extends string> {
  /** Go's name of the struct; its errors say it */
  readonly struct: string
  readonly fields: Readonly<Record<Name, StructField>>
  /** an empty body is taken as `{}`; otherwise it is the error `EOF` */
  readonly emptyAllowed: boolean
  readonly parsePrefix?: string
}

/**
 * @returns the fields that were given; absent and null ones are missing
 * @throws {VaultError} `invalid`: `EOF`, or `failed to parse JSON input: …`
 */
export async function readStruct<Name extends string> (request: FastifyRequest, { struct, fields, emptyAllowed, parsePrefix }: StructBody<Name>): Promise<Partial<Record<Name, JsonValue>>> {
  const body = await readBody(request.raw)
  if (nodeOf(request).cluster.profile.jsonGuard) guardJson(body)
  if (body.length === 0) {
    if (emptyAllowed) return {}
    throw invalid('EOF')
  }
  return decodeStruct(struct, fields, parseObject(body, parsePrefix ?? PARSE_PREFIX)) as Partial<Record<Name, JsonValue>>
}

function parseObject (body: Buffer, prefix: string): JsonObject {
  let value: JsonValue
  try {
    value = parseJson(body, { trailing: 'ignore' })
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    // OpenBao's limiter looks first, but leaves it to the parser to find that the text ends too early
    throw invalid((error.message === 'unexpected EOF' ? PARSE_PREFIX : prefix) + error.message)
  }
  return value === null ? goMap({}) : value as JsonObject
}
