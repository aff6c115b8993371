// Where `auto_join` finds nodes: what the world was told of its clouds, and the nodes of the world itself.
import { Type } from '@sinclair/typebox'
import { DiscoverConfigError, parseDiscoverConfig, printDiscoverConfig } from '../go/discover-config.js'
import { closed, mapOf, texts, type State } from '../sim/declared.js'

/** Who finds what: every key of `criteria` has to be in the text of a join, with that value. */
export const DiscoveredForm = Type.Object({ criteria: mapOf(Type.String()), addresses: texts }, closed)
export type Discovered = State<typeof DiscoveredForm>

/** A text of `discover` that cannot be used. */
export class DiscoverError extends Error {
  override readonly name = 'DiscoverError'
}

/** A node as `provider=mock` lists it. */
export interface Listed {
  readonly id: string
  readonly apiAddr: string
  readonly cluster: { readonly label: string }
}

/** That of this world: its nodes, by their names. No real server has it. */
const OWN_PROVIDER = 'mock'
/** @see go-discover `Providers`; Vault adds `k8s` */
const PROVIDERS: readonly string[] = [
  'aliyun', 'aws', 'azure', 'digitalocean', 'gce', 'k8s', 'linode', 'mdns', 'os', 'packet', 'scaleway', 'softlayer',
  'tencentcloud', 'triton', 'vsphere'
]
const ADDRESS = /^(?:\[[\da-f:.]+\](?::\d{1,5})?|[\da-f]*:[\da-f:.]+|[\w.-]+(?::\d{1,5})?)$/i

/**
 * What is found where: `provider=aws tag_value=vault=10.0.0.1,10.0.0.2`, criteria and addresses.
 *
 * @throws {DiscoverError}
 */
export function readDiscovered (text: string): Discovered {
  const mark = text.lastIndexOf('=')
  const addresses = text.slice(mark + 1).split(',').map((address) => address.trim())
  if (mark < 0 || !addresses.every((address) => ADDRESS.test(address))) {
    throw new DiscoverError(`${JSON.stringify(text)} has to end in =ADDRESS[,ADDRESS…]`)
  }
  const criteria = criteriaIn(text.slice(0, mark))
  const provider = criteria.get('provider') ?? ''
  if (!PROVIDERS.includes(provider)) {
    throw new DiscoverError(`${JSON.stringify(text)} has to name a provider: one of ${PROVIDERS.join(', ')}`)
  }
  return { criteria, addresses }
}

function criteriaIn (text: string): ReadonlyMap<string, string> {
  try {
    return parseDiscoverConfig(text)
  } catch (error) {
    if (error instanceof DiscoverConfigError) throw new DiscoverError(error.message)
    throw error
  }
}

/** The text that `readDiscovered` takes. */
export function printDiscovered ({ criteria, addresses }: Discovered): string {
  return `${printDiscoverConfig(criteria)}=${addresses.join(',')}`
}

/**
 * The addresses that `auto_join` stands for, host or host and port, as go-discover would give them.
 *
 * @param text of the join: `provider=aws tag_key=… tag_value=…`
 * @throws {DiscoverConfigError} in go-discover's words, or that nothing was told of that cloud
 */
export function discover (text: string, told: readonly Discovered[], nodes: readonly Listed[]): string[] {
  const config = configOf(text)
  const provider = config.get('provider') ?? ''
  if (provider === '') throw new DiscoverConfigError('discover: no provider')
  if (provider === OWN_PROVIDER) return listNodes(nodes, config.get('tag_key') ?? '')
  if (!PROVIDERS.includes(provider)) throw new DiscoverConfigError(`discover: unknown provider ${provider}`)
  const ofProvider = told.filter(({ criteria }) => criteria.get('provider') === provider)
  if (ofProvider.length === 0) {
    throw new DiscoverConfigError(`discover-${provider}: this world was told of no addresses there (--discover)`)
  }
  const met = ofProvider.filter(({ criteria }) => [...criteria].every(([key, value]) => config.get(key) === value))
  return [...new Set(met.flatMap(({ addresses }) => addresses))]
}

function configOf (text: string): ReadonlyMap<string, string> {
  try {
    return parseDiscoverConfig(text)
  } catch (error) {
    if (error instanceof DiscoverConfigError) throw new DiscoverConfigError(`discover: ${error.message}`)
    throw error
  }
}

/** By node, by cluster, or by both: `raft_1`, `vault`, `vault/raft_1`; without a name all of them. */
function listNodes (nodes: readonly Listed[], name: string): string[] {
  return nodes
    .filter(({ id, cluster: { label } }) => ['', id, label, `${label}/${id}`].includes(name))
    .map(({ apiAddr }) => apiAddr.replace(/^https?:\/\//i, ''))
}
