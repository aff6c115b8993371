// How engines call systems that have an API over HTTP, in the words of Go's client where nobody answers.
import { dialError, type EntryOf, type Outside, type System } from '../cluster/outside.js'
import { GoError } from '../go/values.js'

export interface ApiCall<S extends System> {
  readonly system: S
  /** a URL, with its scheme */
  readonly address: string
  /** in words, for whoever looks; no secrets */
  readonly asked: string
  readonly method: 'Get' | 'Put' | 'Post' | 'Delete'
  /** behind the address */
  readonly path: string
}

/** Somebody who accepts everything, or what the world was told of. */
export type Reached<S extends System> =
  { readonly reach: 'anything' } | { readonly reach: 'known', readonly entry: EntryOf<S> }

/** @throws {GoError} `Put "http://127.0.0.1:1/v1/acl/token": dial tcp 127.0.0.1:1: connect: connection refused` */
export async function askApi<S extends System> (outside: Outside, call: ApiCall<S>): Promise<Reached<S>> {
  const { system, address, asked } = call
  const met = await outside.ask({ system, address, asked })
  if (met.reach === 'anything' || met.reach === 'known') return met
  const reason = met.reach === 'nothing' ? met.reason : 'connect: connection refused'
  throw new GoError(notReached(call, reason))
}

/** The text of a call that reached nobody. */
export function notReached ({ address, method, path }: Pick<ApiCall<System>, 'address' | 'method' | 'path'>, reason: string): string {
  const { hostname, port, protocol } = placeOf(address)
  const standard = protocol === 'https:' ? '443' : '80'
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return `${method} "${address}${path}": ${dialError(host, port || standard, reason)}`
}

function placeOf (address: string): Pick<URL, 'hostname' | 'port' | 'protocol'> {
  return URL.canParse(address) ? new URL(address) : { hostname: address, port: '', protocol: 'http:' }
}
