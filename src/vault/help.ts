// What `?help=1` says of a path: text and OpenAPI, from its field table.
import type { TSchema } from '@sinclair/typebox'
import { compareBytes, goMap } from '../json/index.js'
import { fieldDescription, fieldKind, type FieldKind } from './fields/fields.js'
import { forProfile, openApiDocument } from './openapi.js'
import { apiPath } from './mounts/mounts.js'
import { CAPTURES, type PathMatch } from './path-matcher.js'
import { isOffered, type Backend, type Call, type LogicalResponse, type PathDefinition } from './paths.js'
import { unsupportedPath } from '../refusal/index.js'

/** Go's names of the kinds (`sdk/framework/field_type.go`). */
const KINDS: Readonly<Record<FieldKind, string>> = {
  string: 'string',
  lowerCaseString: 'lowercase string',
  nameString: 'name string',
  int: 'int',
  float: 'float',
  bool: 'bool',
  durationSeconds: 'duration (sec)',
  signedDurationSeconds: 'duration (sec)',
  stringList: 'slice',
  intList: 'slice',
  list: 'slice',
  keyValue: 'keypair',
  map: 'map',
  time: 'time',
  any: 'unknown type'
}

/**
 * The help of a mount, at its own path, or of a path below it.
 *
 * @throws {VaultError} `unsupported-path`
 */
export function helpOf (call: Call, backend: Backend, match: PathMatch | undefined): LogicalResponse {
  const rest = call.request.path.slice(apiPath(call.mount).length)
  if (rest === '') return mountHelp(call, backend)
  if (match === undefined) throw unsupportedPath()
  return pathHelp(call, match.definition, rest)
}

/**
 * The help of one path.
 *
 * @param path relative to the mount, as it was asked for
 * @see recorded: `help`
 */
function pathHelp ({ cluster }: Call, definition: PathDefinition, path: string): LogicalResponse {
  const shown = forProfile(definition, cluster.profile)
  return { bare: goMap({ help: helpText(shown, path), openapi: openApiDocument([{ paths: [definition], prefix: '' }], cluster), see_also: null }) }
}

/** The help of a mount: its paths. */
function mountHelp ({ cluster }: Call, backend: Backend): LogicalResponse {
  const paths = backend.paths.filter((definition) => isOffered(definition, cluster))
  const summaries = new Map(paths.map((definition) => [expression(definition), definition.summary]))
  const listed = [...summaries].sort(([a], [b]) => compareBytes(a, b))
  const help = [
    '## DESCRIPTION', '', backend.help?.(cluster.profile.product) ?? '', '', '## PATHS', '',
    'The following paths are supported by this backend. To view help for', 'any of the paths below, use the help command with any route matching',
    'the path pattern. Note that depending on the policy of your auth token,', 'you may or may not be able to access certain paths.', '',
    ...listed.map(([pattern, summary]) => `    ${pattern}\n        ${summary.replaceAll('\n', '\n        ')}\n`)
  ].join('\n')
  return { bare: goMap({ help: help.trimEnd(), openapi: openApiDocument([{ paths, prefix: '' }], cluster), see_also: null }) }
}

function helpText (definition: PathDefinition, path: string): string {
  const fields = Object.entries(definition.fields.properties).sort(([a], [b]) => compareBytes(a, b))
  return [
    `Request:        ${path}`,
    `Matching Route: ${expression(definition)}`,
    '',
    definition.summary || '<no synopsis>',
    '',
    ...(fields.length === 0 ? [''] : ['## PARAMETERS', '', ...fields.map(parameter)]),
    '## DESCRIPTION',
    '',
    definition.description ?? '<no description>'
  ].join('\n')
}

function parameter ([name, schema]: [string, TSchema]): string {
  return `    ${name} (${KINDS[fieldKind(schema)]})\n\n        ${fieldDescription(schema)}\n`
}

/** What a part of a path may be, in Go's words. */
const SEGMENTS: Readonly<Record<string, string>> = {
  ':': '\\w(([\\w-.]+)?\\w)?',
  '@': '\\w(([\\w-.@]+)?\\w)?',
  '*': '.*'
}

/** A path as the regular expression that Go would match. */
function expression ({ path }: PathDefinition): string {
  const source = path.replace(CAPTURES, (_, sigil: string, name: string) => `(?P<${name}>${SEGMENTS[sigil] ?? ''})`)
  return `^${source}$`
}
