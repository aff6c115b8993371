// Nomad: the first token, tokens and policies.
import { decodeNomadStruct, nomadDurationMs, parseNomadBody, type StructShape } from './nomad-bodies.js'
import type { NomadHandler, NomadRequest, NomadRoutes } from './handle.js'
import type { NomadAnswer } from './nomad-answer.js'
import { goMap, isObject, type JsonObject, type JsonValue } from '../../json/index.js'
import type { AclPolicy, AclToken, TokenFields } from '../../nomad/acl.js'
import { badRequest, NomadError, permissionDenied } from '../../nomad/nomad-error.js'
import { rfc3339Nano, ZERO_TIME } from '../../sim/instants.js'
import { resolveLocally } from './agent.js'
import { invalidMethod } from './methods.js'
import { indexHeader, readHeaders } from './table.js'

const TOKEN = {
  typeName: 'ACLToken',
  fields: { AccessorID: 'string', Name: 'string', Type: 'string', Policies: 'strings', Global: 'bool' }
} as const satisfies StructShape<string>
const POLICY = { typeName: 'ACLPolicy', fields: { Name: 'string', Description: 'string', Rules: 'string' } } as const satisfies StructShape<string>
const BOOTSTRAP = { typeName: 'ACLTokenBootstrapRequest', fields: { BootstrapSecret: 'string' } } as const satisfies StructShape<string>
const TOKENS_PATH = '/v1/acl/token/'
const POLICIES_PATH = '/v1/acl/policy/'

export const nomadAclRoutes: NomadRoutes = {
  '/v1/acl/bootstrap': bootstrap,
  '/v1/acl/tokens': listTokens,
  '/v1/acl/token': byMethod({ PUT: (request) => writeToken(request, ''), POST: (request) => writeToken(request, '') }),
  '/v1/acl/token/self': byMethod({ GET: readSelf }),
  [TOKENS_PATH]: byMethod(named(TOKENS_PATH, 'Missing Token Accessor', { GET: readToken, PUT: writeToken, POST: writeToken, DELETE: deleteToken })),
  '/v1/acl/policies': listPolicies,
  [POLICIES_PATH]: byMethod(named(POLICIES_PATH, 'Missing Policy Name', { GET: readPolicy, PUT: writePolicy, POST: writePolicy, DELETE: deletePolicy }))
}

type NamedHandler = (request: NomadRequest, name: string) => NomadAnswer | Promise<NomadAnswer>
type ByMethod<Handler> = Readonly<Record<string, Handler>>

function byMethod (handlers: ByMethod<NomadHandler>): NomadHandler {
  return (request) => {
    const handler = handlers[request.method]
    if (handler === undefined) throw invalidMethod(405)
    return handler(request)
  }
}

/** Handlers that are given what stands behind the path. */
function named (path: string, missing: string, handlers: ByMethod<NamedHandler>): ByMethod<NomadHandler> {
  return Object.fromEntries(Object.entries(handlers).map(([method, handler]) => [method, (request: NomadRequest) => {
    const name = request.path.slice(path.length)
    if (name === '') throw badRequest(missing)
    return handler(request, name)
  }]))
}

function requireEnabled ({ region }: NomadRequest): void {
  if (!region.acl.enabled) throw badRequest('ACL support disabled')
}

async function bootstrap (request: NomadRequest): Promise<NomadAnswer> {
  if (request.method !== 'PUT' && request.method !== 'POST') throw invalidMethod(405)
  const body = await request.readBody()
  const { BootstrapSecret: secret } = body.length === 0 ? {} : decodeNomadStruct<'BootstrapSecret'>(BOOTSTRAP, parseNomadBody(body, 'failed to decode request body: '))
  const { acl } = request.region
  requireEnabled(request)
  acl.checkBootstrap()
  await request.forward()
  const token = acl.bootstrap(secret === undefined || secret === '' ? undefined : String(secret))
  return { json: renderToken(token), headers: indexHeader(token.modifyIndex) }
}

async function listTokens (request: NomadRequest): Promise<NomadAnswer> {
  await read(request)
  request.requireManagement()
  const { acl } = request.region
  await request.waitForChange(() => acl.tokensIndex)
  return { json: acl.tokens.map(renderTokenStub), headers: readHeaders(request, acl.tokensIndex) }
}

/** Works with ACLs off, too. */
async function readSelf (request: NomadRequest): Promise<NomadAnswer> {
  await request.forward(request.readOptions())
  const { token } = resolveLocally(request)
  return { json: renderToken(token), headers: readHeaders(request, token.modifyIndex) }
}

async function readToken (request: NomadRequest, accessorId: string): Promise<NomadAnswer> {
  await read(request)
  const permissions = request.permissions()
  if (!permissions.management && permissions.token.accessorId !== accessorId) throw permissionDenied()
  const { acl } = request.region
  await request.waitForChange(() => acl.token(accessorId)?.modifyIndex ?? acl.tokensIndex)
  const token = acl.token(accessorId)
  if (token === undefined) throw new NomadError('ACL token not found', 404)
  return { json: renderToken(token), headers: readHeaders(request, token.modifyIndex) }
}

async function writeToken (request: NomadRequest, accessorId: string): Promise<NomadAnswer> {
  const { given, fields } = decodeToken(parseNomadBody(await request.readBody()))
  if (accessorId !== '' && given !== accessorId) throw badRequest('ACL token accessor does not match request path')
  await write(request)
  const { acl } = request.region
  const token = given === '' ? acl.createToken(fields) : acl.updateToken(given, fields)
  return { json: renderToken(token), headers: indexHeader(token.modifyIndex) }
}

/** What the body says of a token, and which one it names; none for a new one. */
function decodeToken (body: JsonValue): { given: string, fields: TokenFields } {
  const token = decodeNomadStruct<keyof typeof TOKEN['fields']>(TOKEN, body)
  return {
    given: String(token.AccessorID ?? ''),
    fields: {
      name: String(token.Name ?? ''),
      type: String(token.Type ?? ''),
      policies: (token.Policies ?? []) as readonly string[],
      global: token.Global === true,
      ttlMs: isObject(body) ? ttlMs(body['ExpirationTTL']) : 0
    }
  }
}

/** It comes as text, or as Go's number of nanoseconds; Nomad looks at nothing else. */
function ttlMs (given: JsonValue | undefined): number {
  if (typeof given === 'number') return given / 1e6
  return typeof given === 'string' ? nomadDurationMs(given) : 0
}

async function deleteToken (request: NomadRequest, accessorId: string): Promise<NomadAnswer> {
  await write(request)
  const { acl } = request.region
  acl.deleteToken(accessorId)
  return { headers: indexHeader(acl.tokensIndex) }
}

async function listPolicies (request: NomadRequest): Promise<NomadAnswer> {
  await read(request)
  const { management, token } = request.permissions()
  const { acl } = request.region
  await request.waitForChange(() => acl.policiesIndex)
  const policies = acl.policies.filter(({ name }) => management || token.policies.includes(name))
  return { json: policies.map(renderPolicyStub), headers: readHeaders(request, Math.max(1, acl.policiesIndex)) }
}

async function readPolicy (request: NomadRequest, name: string): Promise<NomadAnswer> {
  await read(request)
  const { management, token } = request.permissions()
  if (!management && name !== 'anonymous' && !token.policies.includes(name)) throw permissionDenied()
  const { acl } = request.region
  await request.waitForChange(() => acl.policy(name)?.modifyIndex ?? acl.policiesIndex)
  const policy = acl.policy(name)
  if (policy === undefined) throw new NomadError('ACL policy not found', 404)
  return { json: renderPolicy(policy), headers: readHeaders(request, policy.modifyIndex) }
}

async function writePolicy (request: NomadRequest, name: string): Promise<NomadAnswer> {
  const policy = decodeNomadStruct<keyof typeof POLICY['fields']>(POLICY, parseNomadBody(await request.readBody()))
  if (policy.Name !== name) throw badRequest('ACL policy name does not match request path')
  await write(request)
  const { acl } = request.region
  acl.putPolicy({ name, description: String(policy.Description ?? ''), rules: String(policy.Rules ?? '') })
  return { headers: indexHeader(acl.policiesIndex) }
}

async function deletePolicy (request: NomadRequest, name: string): Promise<NomadAnswer> {
  await write(request)
  const { acl } = request.region
  acl.deletePolicy(name)
  return { headers: indexHeader(acl.policiesIndex) }
}

async function read (request: NomadRequest): Promise<void> {
  if (request.method !== 'GET') throw invalidMethod(405)
  const options = request.readOptions()
  requireEnabled(request)
  await request.forward(options)
}

async function write (request: NomadRequest): Promise<void> {
  requireEnabled(request)
  await request.forward()
  request.requireManagement()
}

function renderToken (token: AclToken): JsonValue {
  const { SecretID, ...stub } = renderFields(token)
  return { ExpirationTTL: '', AccessorID: token.accessorId, SecretID, ...stub, ...renderTimes(token) }
}

/** Nomad prints the fields of most structs by their names; of a whole token it does not. */
function renderTokenStub (token: AclToken): JsonValue {
  const { SecretID: _secret, ...stub } = renderFields(token)
  return goMap({ AccessorID: token.accessorId, ...stub, ...renderTimes(token) })
}

type TokenMembers = { readonly [key: string]: JsonValue, readonly SecretID: string }

function renderFields ({ secretId, name, type, policies, global, hash }: AclToken): TokenMembers {
  return {
    SecretID: secretId,
    Name: name,
    Type: type,
    Policies: policies.length === 0 ? null : policies,
    Roles: null,
    Global: global,
    Hash: hash === '' ? null : hash
  }
}

function renderTimes (token: AclToken): { readonly [key: string]: JsonValue } {
  const { createdAtMs, expiresAtMs, createIndex, modifyIndex } = token
  return {
    CreateTime: createdAtMs === undefined ? ZERO_TIME : rfc3339Nano(createdAtMs),
    ExpirationTime: expiresAtMs === undefined ? null : rfc3339Nano(expiresAtMs),
    CreateIndex: createIndex,
    ModifyIndex: modifyIndex
  }
}

function renderPolicy (policy: AclPolicy): JsonValue {
  return goMap({ ...renderPolicyStub(policy), Rules: policy.rules, JobACL: null })
}

function renderPolicyStub ({ name, description, hash, createIndex, modifyIndex }: AclPolicy): JsonObject {
  return goMap({ Name: name, Description: description, Hash: hash, CreateIndex: createIndex, ModifyIndex: modifyIndex })
}
