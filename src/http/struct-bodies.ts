// The bodies of the endpoints that decode into Go structs: no weak typing, Go's own words for what is wrong.
import { Type, type ObjectOptions, type TObject, type TProperties, type TSchema } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { goMap, parseJson, JsonSyntaxError, type JsonObject, type JsonValue } from '../json/index.js'
import { invalid } from '../refusal/index.js'
import type { Profile } from '../profiles/index.js'
import { decodeStruct, type StructField } from '../go/struct-decoding.js'
import { guardJson, readBody } from './bodies.js'
import { nodeOf } from './addressee.js'

const PARSE_PREFIX = 'failed to parse JSON input: '

export interface StructOptions extends ObjectOptions {
  /** Go's name of the struct; its errors say it */
  readonly goName: string
  /** what a body without a byte is: `{}`, or the error `EOF` */
  readonly emptyBody: 'no fields' | 'EOF'
  /** what stands before the parser's words, where that is the profile's own */
  readonly parsePrefix?: (profile: Profile) => string
}

/** A body as it came, until the schema of its route says what it is. */
export interface UnreadStruct {
  readonly bytes: Buffer
  readonly profile: Profile
}

/**
 * The schema of a body that Go decodes into a struct. Members are optional: `Type.String`, `Type.Boolean`,
 * `Type.Integer` (with `minimum: 0` Go's uint) and `Type.Array(Type.String())`.
 */
export function goStruct<P extends TProperties> (members: P, options: StructOptions): TObject<P> {
  return Type.Object(members, options)
}

/** Members of such structs; absent and null ones are missing. */
export const member = {
  string: () => Type.Optional(Type.String()),
  bool: () => Type.Optional(Type.Boolean()),
  int: () => Type.Optional(Type.Integer()),
  uint: () => Type.Optional(Type.Integer({ minimum: 0 })),
  strings: () => Type.Optional(Type.Array(Type.String()))
}

/** Lets the routes of a plugin have bodies: read here, decoded by the validator of their schema. */
export function readStructs (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest): Promise<UnreadStruct> => {
    const bytes = await readBody(request.raw)
    const { profile } = nodeOf(request).cluster
    if (profile.jsonGuard) guardJson(bytes)
    return { bytes, profile }
  })
}

/**
 * Decodes the bodies of one schema; none stands for an empty one.
 *
 * @throws {VaultError} `invalid`: `EOF`, or `failed to parse JSON input: …`
 */
export function structDecoder (schema: TSchema): (body: UnreadStruct | null) => JsonObject {
  const { goName, emptyBody, parsePrefix = () => PARSE_PREFIX } = schema as TSchema & StructOptions
  const fields = fieldsOf(schema)
  return (body) => {
    if (body === null || body.bytes.length === 0) {
      if (emptyBody === 'EOF') throw invalid('EOF')
      return {}
    }
    return decodeStruct(goName, fields, parseObject(body.bytes, parsePrefix(body.profile))) as JsonObject
  }
}

function fieldsOf ({ properties }: TSchema): Record<string, StructField> {
  return Object.fromEntries(Object.entries(properties as TProperties).map(([name, schema]) => [name, fieldOf(schema)]))
}

function fieldOf ({ type, minimum }: TSchema): StructField {
  switch (type) {
    case 'boolean': return 'bool'
    case 'integer': return minimum === 0 ? 'uint' : 'int'
    case 'array': return 'strings'
    default: return 'string'
  }
}

function parseObject (body: Buffer, prefix: string): JsonValue {
  try {
    return parseJson(body, { trailing: 'ignore' }) ?? goMap({})
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    // OpenBao's limiter looks first, but leaves it to the parser to find that the text ends too early
    throw invalid((error.message === 'unexpected EOF' ? PARSE_PREFIX : prefix) + error.message)
  }
}
