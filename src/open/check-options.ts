// Options in code are looked at as those of the command are: a wrong one is refused with what there is.
import { Type, type TProperties, type TSchema } from '@sinclair/typebox'
import { problemsIn, sayProblem } from '../json/form-problems.js'
import { FIXTURES } from '../world/fixtures/index.js'
import type { CreateNomadOptions } from './create-nomad.js'
import type { ServerOptions } from './create-server.js'
import type { OpenOptions } from './open-world.js'
import { REGION_FORM, TIME_FORM, WORLD_FORM } from '../world/world-options.js'

/** An option that there is not, or a value that it cannot have; the message says what there is. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
}

const Any = Type.Optional(Type.Unknown())
const Texts = Type.Array(Type.String(), { description: 'a list of texts' })
const Port = Type.Integer({ minimum: 0, maximum: 65535, description: 'a port' })
const Figure = Type.Number({ minimum: 0, description: 'a number that is not negative' })
const Certificate = Type.Object({ cert: Type.String(), key: Type.String() }, { description: 'cert and key, both PEM' })
const Tls = Type.Union([Type.Boolean(), Certificate], { description: 'true, false, or cert and key, both PEM' })

const HostAndPort = Type.Object(
  { host: Type.Optional(Type.String()), port: Type.Optional(Port) }, { additionalProperties: false }
)
const FurtherListener = Type.Object(
  { ...HostAndPort.properties, tls: Type.Optional(Certificate) }, { additionalProperties: false }
)
const OwnAddress = Type.Union([Type.Boolean(), HostAndPort], { description: 'true, false, or host and port' })

const FIXTURE_NAMES = Object.keys(FIXTURES)
const Fixture = Type.Union(FIXTURE_NAMES.map((name) => Type.Literal(name)), { description: FIXTURE_NAMES.join(', ') })

const ACCESS = { allowedHosts: Texts, controlToken: Type.String() }
const SOCKETS = { host: Type.String(), port: Port, tls: Tls }
/** Each option has a form, and nothing else has: the compiler sees to it. */
type Forms<Options> = Readonly<Record<keyof Options, TSchema>>

const REGION = { ...REGION_FORM, ...SOCKETS, allowedHosts: Texts, logger: Any, optional: Type.Boolean() }
const Nomad = Type.Union([Type.Literal(false), Type.Object({})], { description: 'false, or the region' })

/** What `createServer` takes. */
const { nodes: _nodes, nodeIds: _nodeIds, ...ONE_NODE } = WORLD_FORM
export const SERVER_OPTIONS = {
  fixture: Fixture,
  ...ONE_NODE,
  ...TIME_FORM,
  ...ACCESS,
  // starting data says itself what is wrong with it
  secrets: Any,
  policies: Any,
  tokens: Any,
  namespaces: Any,
  outside: Any,
  nomad: Nomad,
  state: Any,
  snapshotBytes: Figure,
  control: Type.Boolean(),
  journal: Type.Object(
    { entries: Type.Optional(Figure), bytes: Type.Optional(Figure), bodyBytes: Type.Optional(Figure) },
    { additionalProperties: false, description: 'entries, bytes and bodyBytes' }
  ),
  apiAddr: Type.Union([Type.Literal('auto'), Texts], { description: 'auto, or a list of URLs' }),
  files: Type.String(),
  logshipperBufferLength: Figure,
  logshipperBufferBytes: Figure,
  returns: Type.Boolean(),
  logger: Any,
  onFault: Any
} satisfies Forms<ServerOptions>
/** What `createCluster`, `createWorld` and `openWorld` take. */
export const WORLD_OPTIONS = {
  ...WORLD_FORM,
  ...SERVER_OPTIONS,
  ...SOCKETS,
  clusterAddr: Texts,
  clusterListen: HostAndPort,
  furtherListeners: Type.Array(FurtherListener, { description: 'a list of host, port and tls' }),
  stateFile: Type.String(),
  controlListen: OwnAddress
} satisfies Forms<OpenOptions>
/** What `createNomad` takes. */
export const NOMAD_OPTIONS = {
  ...REGION_FORM, ...TIME_FORM, host: Type.String(), port: Port, allowedHosts: Texts, logger: Any
} satisfies Forms<CreateNomadOptions>

/**
 * Refuses what is not among the options, or has another form; what is undefined is not given.
 *
 * @throws {OptionsError}
 */
export function checkOptions (given: object, options: TProperties, within = ''): void {
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) checkOption(`${within}${name}`, value, options[name], Object.keys(options))
  }
}

function checkOption (name: string, value: unknown, form: TSchema | undefined, known: readonly string[]): void {
  if (form === undefined) throw new OptionsError(`there is no option "${name}"; there is ${known.join(', ')}`)
  const [problem] = problemsIn(form, value)
  if (problem !== undefined) {
    const { path, ...rest } = problem
    throw new OptionsError(`the option ${sayProblem({ ...rest, path: `${name}${path}` }, name)}`)
  }
  if (form === Nomad && value !== false) checkOptions(value as object, REGION, 'nomad.')
}
