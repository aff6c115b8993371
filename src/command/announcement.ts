// What the command prints once it is up: a banner for people, one line of JSON for scripts.
import { printJson, type JsonObject } from '../json/index.js'
import { profiles } from '../profiles/index.js'
import type { Options } from './options/index.js'

/** A node, as scripts need to know it. */
export interface AnnouncedNode {
  readonly id: string
  readonly clusterName: string
  /** what clients are told */
  readonly apiAddr: string
  readonly clusterAddr: string
  /** where it listens; undefined for a fixture's node without a listener */
  readonly url: string | undefined
  /** where it listens, too */
  readonly furtherUrls?: readonly string[]
}

/** What there is to tell of a running world. */
export interface Announced {
  readonly nodes: readonly AnnouncedNode[]
  /** undefined where nothing is initialised */
  readonly rootToken: string | undefined
  /** base64 */
  readonly unsealKeys: readonly string[]
  /** where the CA of a certificate made at start was written */
  readonly caFile: string | undefined
  /** the controls' own address */
  readonly controlUrl?: string | undefined
  /** servers of the Nomad region */
  readonly nomad?: ReadonlyArray<{ readonly id: string, readonly url: string }>
  /** below it lie the files that clients name */
  readonly filesFolder?: string
  /** things the user should know, one line each: a default port that was taken, for instance */
  readonly notices?: readonly string[]
}

type ShownOptions = Pick<Options, 'profile' | 'edition' | 'control' | 'controlToken'>

/** Banner, ready line, and the line of the real binaries that existing wait strategies look for. */
export function announcement (options: ShownOptions, world: Announced): string {
  return [...banner(options, world), '', readyLine(options, world), startedLine(options), ''].join('\n')
}

function banner (options: ShownOptions, world: Announced): string[] {
  const { profile, edition } = options
  return [
    `vault-mock speaks like ${profile}, edition ${edition}. All of it is in memory: for tests only.`,
    whoMaySteer(options),
    ...whereFilesLie(world),
    ...world.notices ?? [],
    '',
    ...world.nodes.flatMap(nodeLines),
    ...(world.nomad ?? []).map((server) => shown('nomad', server.url)),
    ...pageLines(options, world),
    '',
    ...world.unsealKeys.map((key, i, { length }) => shown(length > 1 ? `Unseal Key ${i + 1}:` : 'Unseal Key:', key)),
    ...world.rootToken === undefined ? [] : [shown('Root Token:', world.rootToken)],
    ...exports(world)
  ]
}

function whoMaySteer ({ control, controlToken }: ShownOptions): string {
  if (!control) return 'There are no controls below /_mock/.'
  if (controlToken !== undefined) return 'The controls below /_mock/ need the control token.'
  return 'The controls below /_mock/ are open to whoever reaches this address; --control-token closes them.'
}

/** With `/` they lie where their paths say. */
function whereFilesLie ({ filesFolder }: Announced): string[] {
  if (filesFolder === undefined || filesFolder === '/') return []
  return [`Files that clients name, such as audit logs and automated snapshots, lie below ${filesFolder}`]
}

function nodeLines ({ id, url = 'no listener', furtherUrls = [], clusterName, clusterAddr }: AnnouncedNode): string[] {
  return [shown(id, `${url}  (cluster ${clusterName}, ${clusterAddr})`), ...furtherUrls.map((each) => shown('', each))]
}

/** The page is at every node, too; the controls' own address outlives them. */
function pageLines ({ control }: ShownOptions, { controlUrl, nodes }: Announced): string[] {
  const url = controlUrl ?? nodes.find((node) => node.url !== undefined)?.url
  if (!control || url === undefined) return []
  return [...controlUrl === undefined ? [] : [shown('control', `${controlUrl}/_mock/`)], shown('page', `${url}/ui/`)]
}

function exports ({ nodes, rootToken, caFile }: Announced): string[] {
  const url = nodes.find((node) => node.url !== undefined)?.url
  const variables = { VAULT_ADDR: url, VAULT_TOKEN: rootToken, VAULT_CACERT: caFile }
  const known = Object.entries(variables).filter(([, value]) => value !== undefined)
  return ['', ...known.map(([name, value]) => `  export ${name}='${value}'`)]
}

function shown (label: string, text: string): string {
  return `  ${label.padEnd(13)} ${text}`
}

function readyLine ({ profile, edition }: ShownOptions, world: Announced): string {
  const { nodes, controlUrl, nomad = [], rootToken, unsealKeys, caFile } = world
  return printJson({
    event: 'ready',
    profile,
    edition,
    nodes: nodes.map(announced),
    clusters: [...new Set(nodes.map((node) => node.clusterName))],
    nomad: nomad.map(({ id, url }) => ({ id, url })),
    control: controlUrl,
    rootToken,
    unsealKeys,
    caFile
  })
}

/** Nothing but these members, whatever else a node has. */
function announced ({ id, clusterName, apiAddr, clusterAddr, url, furtherUrls = [] }: AnnouncedNode): JsonObject {
  return { id, clusterName, apiAddr, clusterAddr, url, ...(furtherUrls.length > 0 && { furtherUrls }) }
}

function startedLine ({ profile }: ShownOptions): string {
  return `==> ${profiles[profile].product} server started! Log data will stream in below:`
}
