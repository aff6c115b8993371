// What Fastify makes of the schemas of Vault's own routes: Go's decoding for bodies, and printing that changes nothing.
//
// Fastify's defaults would coerce on the way in and rewrite on the way out (null to "", unknown members gone); they
// are not even loaded, which makes for a faster start.
import type { FastifyInstance, FastifySchemaCompiler, FastifyServerOptions } from 'fastify'
import type { TSchema } from '@sinclair/typebox'
import { printJson, type JsonValue } from '../json/index.js'
import { structDecoder, type UnreadStruct } from './struct-bodies.js'

/** Sees every answer that has a schema before it is printed. Throws where the two do not agree. */
export type AnswerCheck = (schema: TSchema, answer: unknown) => void

/** For an app that sets compilers of its own. */
export const NO_DEFAULT_COMPILERS = {
  schemaController: { compilersFactory: { buildValidator: noDefault, buildSerializer: noDefault } }
} satisfies FastifyServerOptions

function noDefault (): never {
  throw new Error('a schema was registered before the compilers for it')
}

/** @param checkAnswer without it answers are only printed */
export function setCompilers (app: FastifyInstance, checkAnswer?: AnswerCheck): void {
  app.setValidatorCompiler(structValidator)
  app.setSerializerCompiler<TSchema>(({ schema }) => (answer: unknown) => {
    checkAnswer?.(schema, answer)
    return `${printJson(answer as JsonValue)}\n`
  })
}

const structValidator: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const decode = structDecoder(schema)
  return (body: UnreadStruct | null) => {
    try {
      return { value: decode(body) }
    } catch (error) {
      return { error: error as Error } // a refusal in Go's words
    }
  }
}
