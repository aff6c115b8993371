// Where clients reach this server, as the request at hand did.
import type { FastifyRequest } from 'fastify'

export function baseUrlOf ({ protocol, headers }: FastifyRequest): string {
  return `${protocol}://${headers.host ?? '127.0.0.1:8200'}`
}
