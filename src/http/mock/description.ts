// The description of the controls for tools and other languages: OpenAPI, made from the routes' own schemas.
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

export const DESCRIPTION_URL = '/_mock/openapi.json'

/** OpenAPI 3.1, whose schemas are JSON Schema as TypeBox writes it. */
export const DESCRIPTION: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'vault-mock controls',
      version: '1',
      description: 'Every path is about the world that the server was started with, unless X-Vault-Mock-World or the ' +
        'prefix /_mock/worlds/NAME says otherwise.'
    }
  },
  transform: ({ schema, url, route: { method } }) => ({
    schema: { ...schema, operationId: operationId(String(method), url) },
    url
  })
}

/** `POST /_mock/nodes/:node/step-down` is `postNodesNodeStepDown`. */
function operationId (method: string, url: string): string {
  const path = url.replace('/_mock', '').replace(/[^\w]+(\w?)/g, (_all, next: string) => next.toUpperCase())
  return method.toLowerCase() + path
}
