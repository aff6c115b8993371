// A node's API address in the terms of whoever called, for servers that take their addresses from the Host header.
import type { Node } from './node.js'

/** How a request reached the server. */
export interface CalledAt {
  /** its Host header: `vault.test:9200` */
  readonly host: string
  /** the own address of the node that was called */
  readonly apiAddr: string
}

/**
 * The address that a client is told. The node that was called is what the client called it; another one has the same
 * host name, its port shifted by as much as the called node's is.
 *
 * @param called undefined: nodes are told as what they are
 * @example
 * // nodes on 8200 and 8202, the first called as vault.test:9200: the second is http://vault.test:9202
 */
export function apiAddrAsCalled ({ apiAddr }: Pick<Node, 'apiAddr'>, called: CalledAt | undefined): string {
  if (called === undefined) return apiAddr
  const { protocol } = new URL(called.apiAddr)
  const asCalled = `${protocol}//${called.host}`
  if (apiAddr === called.apiAddr || !URL.canParse(asCalled) || !URL.canParse(apiAddr)) return asCalled
  const { hostname } = new URL(asCalled)
  return `${protocol}//${hostname}:${portOf(apiAddr) + portOf(asCalled) - portOf(called.apiAddr)}`
}

/** The same for a node's cluster address: host and port. */
export function clusterAddrAsCalled ({ clusterAddr }: Pick<Node, 'clusterAddr'>, called: CalledAt | undefined): string {
  return called === undefined ? clusterAddr : new URL(apiAddrAsCalled({ apiAddr: `https://${clusterAddr}` }, called)).host
}

function portOf (url: string): number {
  const { port, protocol } = new URL(url)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}
