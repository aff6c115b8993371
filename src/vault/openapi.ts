// The path tables as an OpenAPI document, after Vault's own generator (`sdk/framework/openapi.go`).
import type { TSchema } from '@sinclair/typebox'
import { goMap, type JsonObject, type JsonValue } from '../json/index.js'
import type { Profile } from '../profiles/index.js'
import { fieldDescription } from './fields/fields.js'
import { CAPTURES } from './path-matcher.js'
import { isOffered, type Offering, type Operation, type PathDefinition } from './paths.js'

/** Paths to describe, with what stands before them and the name their operations are grouped under. */
export interface DescribedPaths {
  readonly paths: readonly PathDefinition[]
  /** e.g. `sys/`, `auth/approle/`; empty for the help of one path */
  readonly prefix: string
  /** e.g. `system`; absent: not grouped */
  readonly tag?: string
}

type Schemas = Record<string, JsonObject>

/** The document: `openapi`, `info`, `paths`, `components`. */
export function openApiDocument (groups: readonly DescribedPaths[], offering: Offering): JsonObject {
  const { profile } = offering
  const schemas: Schemas = {}
  const paths: Record<string, JsonObject> = {}
  for (const { paths: definitions, prefix, tag } of groups) {
    const there = definitions.filter((each) => isOffered(each, offering))
    for (const definition of there.map((each) => forProfile(each, profile))) {
      paths[`/${prefix}${template(definition.path)}`] ??= describePath(definition, { prefix, tag, schemas })
    }
  }
  const { product, openApiTitle, version } = profile
  return {
    openapi: '3.0.2',
    info: {
      title: openApiTitle,
      description: `HTTP API that gives you full access to ${product}. All API routes are prefixed with \`/v1/\`.`,
      version,
      license: { name: 'Mozilla Public License 2.0', url: 'https://www.mozilla.org/en-US/MPL/2.0' }
    },
    paths: goMap(paths),
    components: { schemas: goMap(schemas) }
  }
}

const DR_TOKEN = 'dr_operation_token'

/** Without replication there are no DR secondaries, and what is only there for them is not there either. */
export function forProfile (definition: PathDefinition, profile: Profile): PathDefinition {
  if (profile.hasReplication || !(DR_TOKEN in definition.fields.properties)) return definition
  const { [DR_TOKEN]: _token, ...properties } = definition.fields.properties
  const { update, ...others } = definition.operations
  const operations = others.read === undefined ? definition.operations : others
  const { description: _description, ...kept } = definition
  return { ...kept, fields: { ...definition.fields, properties }, operations }
}

/** Where in the document an operation stands. */
interface Surrounding {
  readonly prefix: string
  readonly tag: string | undefined
  readonly schemas: Schemas
}

function describePath (definition: PathDefinition, around: Surrounding): JsonObject {
  const { operations, summary } = definition
  const reads = operations.read ?? operations.list ?? operations.scan
  return {
    description: summary,
    parameters: pathParameters(definition),
    'x-vault-sudo': definition.sudo,
    'x-vault-unauthenticated': definition.unauthenticated,
    'x-vault-createSupported': definition.exists === undefined ? undefined : true,
    get: reads && describeOperation(definition, operations.read === undefined ? 'list' : 'read', around),
    post: (operations.update ?? operations.create) && describeOperation(definition, 'update', around),
    patch: operations.patch && describeOperation(definition, 'patch', around),
    delete: operations.delete && describeOperation(definition, 'delete', around)
  }
}

const VERBS: Partial<Record<Operation, string>> = { read: 'read', list: 'list', update: 'write', patch: 'patch', delete: 'delete' }

function describeOperation (
  definition: PathDefinition, operation: Operation, { prefix, tag, schemas }: Surrounding
): JsonObject {
  const operationId = `${VERBS[operation]}-${hyphenated(prefix + definition.path)}`
  const hasBody = operation === 'update' || operation === 'patch'
  return {
    summary: definition.operationSummaries?.[operation],
    operationId,
    tags: tag === undefined ? undefined : [tag],
    parameters: hasBody || operation === 'delete' ? undefined : listParameter(definition),
    requestBody: hasBody ? describeBody(definition, operationId, schemas) : undefined,
    responses: operation === 'delete' ? { 204: { description: 'empty body' } } : { 200: { description: 'OK' } }
  }
}

function listParameter ({ operations }: PathDefinition): JsonValue | undefined {
  if (operations.list === undefined) return undefined
  if (operations.read !== undefined) return [{ name: 'list', description: 'Return a list if `true`', in: 'query', schema: { type: 'string' } }]
  return [{ name: 'list', description: 'Must be set to `true`', in: 'query', schema: { type: 'string', enum: ['true'] }, required: true }]
}

/** What is not in the path goes into a schema of its own. */
function describeBody (definition: PathDefinition, operationId: string, schemas: Schemas): JsonObject | undefined {
  const captured = parameterNames(definition)
  const inBody = Object.entries(definition.fields.properties).filter(([name]) => !captured.includes(name))
  if (inBody.length === 0) return undefined
  const name = `${operationId.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Request`
  schemas[name] = { type: 'object', properties: goMap(Object.fromEntries(inBody.map(([field, schema]) => [field, describeField(schema)]))) }
  return { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } }
}

function pathParameters (definition: PathDefinition): JsonValue | undefined {
  const names = parameterNames(definition)
  if (names.length === 0) return undefined
  return names.sort().map((name) => {
    const schema = definition.fields.properties[name]
    return { name, description: schema === undefined ? undefined : fieldDescription(schema) || undefined, in: 'path', schema: { type: 'string' }, required: true }
  })
}

function describeField (schema: TSchema): JsonObject {
  const { type, format, items, default: standard } = schema as { readonly [key: string]: JsonValue }
  return { type, description: fieldDescription(schema) || undefined, format, items, default: standard }
}

function parameterNames ({ path }: PathDefinition): string[] {
  return [...path.matchAll(CAPTURES)].map((match) => match[2] ?? '')
}

function template (path: string): string {
  return path.replace(CAPTURES, '{$2}')
}

function hyphenated (path: string): string {
  return path.replace(CAPTURES, '$2').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
}
