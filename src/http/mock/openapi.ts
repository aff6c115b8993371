// The description of the controls for tools and other languages: OpenAPI, made from the routes themselves.
import type { TSchema } from '@sinclair/typebox'

declare module 'fastify' {
  interface FastifySchema {
    /** one sentence for the description */
    readonly summary?: string
  }
}

/** A route as it was registered. */
export interface Documented {
  readonly method: string
  /** with `:name` for parameters */
  readonly url: string
  readonly schema: { readonly summary?: string, readonly params?: unknown, readonly querystring?: unknown, readonly body?: unknown } | undefined
}

const ERRORS = { type: 'object', properties: { errors: { type: 'array', items: { type: 'string' } }, problems: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' }, expected: { type: 'string' }, found: { type: 'string' } } } } } }

/** OpenAPI 3.1, whose schemas are JSON Schema as TypeBox writes it. */
export function openApiOf (routes: readonly Documented[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, path) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'vault-mock controls', version: '1', description: 'Every path is about the world that the server was started with, unless X-Vault-Mock-World or the prefix /_mock/worlds/NAME says otherwise.' },
    paths
  }
}

function operation ({ method, schema }: Documented, path: string): object {
  const body = schema?.body as TSchema | undefined
  return {
    operationId: `${method.toLowerCase()}${path.replace('/_mock', '').replace(/[^\w]+(\w?)/g, (_all, next: string) => next.toUpperCase())}`,
    summary: schema?.summary,
    parameters: [...parameters('path', schema?.params), ...parameters('query', schema?.querystring)],
    requestBody: body === undefined ? undefined : { content: { 'application/json': { schema: body } } },
    responses: { '2XX': { description: 'done' }, '4XX': { description: 'refused', content: { 'application/json': { schema: ERRORS } } } }
  }
}

function parameters (place: 'path' | 'query', schema: unknown): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as { properties?: Record<string, TSchema>, required?: string[] }
  return Object.entries(properties).map(([name, property]) => ({ name, in: place, required: place === 'path' || required.includes(name), schema: property }))
}
