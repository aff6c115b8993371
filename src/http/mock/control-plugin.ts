// How a part of the controls is declared: a plugin whose routes have schemas for all they take and answer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type, type TSchema } from '@sinclair/typebox'
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify'
import type { Controls } from '../../control/controls.js'
import { addresseeOf } from '../addressee.js'
import { Problems } from './views.js'

/** What the routes are registered on. */
export type ControlApp = FastifyInstance<
  RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider
>

export function controlPlugin (register: (app: ControlApp) => void): FastifyPluginCallback {
  return (scope, _options, done) => {
    register(scope.withTypeProvider<TypeBoxTypeProvider>())
    done()
  }
}

/** The controls of the world that a request is about. */
export function controlsFor (request: FastifyRequest): Controls {
  const { controls } = addresseeOf(request)
  if (controls === undefined) throw new Error('a request for controls reached a node without them')
  return controls
}

/** Where clients reach this server, as the request at hand did. */
export function baseUrlOf ({ protocol, headers }: FastifyRequest): string {
  return `${protocol}://${headers.host ?? '127.0.0.1:8200'}`
}

/** The answers of a route that gives something. */
export function answers<T extends TSchema> (view: T) {
  return { 200: view, '4xx': Problems }
}

/** 204: there is nothing to say. */
export function done (reply: FastifyReply): void {
  reply.code(204).send()
}

/** The answers of a route that has nothing to say. */
export const NOTHING_TO_SAY = { 204: Type.Null({ description: 'done' }), '4xx': Problems }
