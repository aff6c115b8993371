// Whether an address lies within networks: `10.0.0.0/8`, `fd00::/8`, or single addresses.
// BlockList and isIP compute and nothing else: they open no socket, which is what the rule keeps out of here.
// eslint-disable-next-line no-restricted-imports
import { BlockList, isIP } from 'node:net'
import { GoError, goQuote } from './values.js'

/**
 * An address mapped to IPv6 (`::ffff:10.0.0.1`) is one of IPv4; networks that cannot be read hold nothing.
 *
 * @param address of the client; absent: none known, which lies nowhere
 * @param cidrs none: no restriction
 */
export function isWithin (address: string | undefined, cidrs: readonly string[]): boolean {
  if (cidrs.length === 0) return true
  // a zone names an interface of the client's machine
  const plain = address?.replace(/%.*$/, '') ?? ''
  const family = familyOf(plain)
  return family !== undefined && networksOf(cidrs).check(plain, family)
}

function networksOf (cidrs: readonly string[]): BlockList {
  const networks = new BlockList()
  for (const cidr of cidrs) {
    const [network = '', length] = cidr.split('/')
    const family = familyOf(network)
    const bits = family === 'ipv4' ? 32 : 128
    const prefix = length === undefined ? bits : Number(length)
    if (family !== undefined && Number.isInteger(prefix) && prefix >= 0 && prefix <= bits) {
      networks.addSubnet(network, prefix, family)
    }
  }
  return networks
}

function familyOf (address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  if (version === 0) return undefined
  return version === 4 ? 'ipv4' : 'ipv6'
}

/** Whether Go's `net.ParseCIDR` reads it: an address and the length of its prefix. */
export function isCidr (text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/')
  const family = address.includes('%') ? undefined : familyOf(address)
  const most = family === 'ipv4' ? 32 : 128
  return family !== undefined && rest.length === 0 && /^(?:0|[1-9]\d*)$/.test(length) && Number(length) <= most
}

/**
 * The networks of a `bound_cidrs`, as `go-sockaddr` prints them: a whole length is left out. What has a slash and is no
 * network counts as the path of a socket, where nobody comes from.
 *
 * @throws {GoError} `error parsing address "…": …`
 */
export function boundNetworks (given: readonly string[]): string[] {
  return given.map((text) => {
    const address = text.replace(/:\d+$/, '')
    if (isIP(text) !== 0 || isIP(address) === 4) return text
    if (isCidr(text)) return text.replace(text.includes(':') ? /\/128$/ : /\/32$/, '')
    if (text.length > 1 && (text.startsWith('.') || text.includes('/'))) return text
    const quoted = goQuote(text)
    const wanted = 'an IPv4 or IPv6 address, or a UNIX Socket'
    throw new GoError(`error parsing address ${quoted}: Unable to convert ${quoted} to ${wanted}`)
  })
}

/** An address as Go's `net.IP` prints it; undefined for what `net.ParseIP` does not read. */
export function canonicalIp (text: string): string | undefined {
  const family = text.includes('%') ? undefined : familyOf(text)
  if (family !== 'ipv6') return family && text
  const short = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short) ?? []
  return high === undefined || low === undefined ? short : dotted(parseInt(high, 16), parseInt(low, 16))
}

function dotted (high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
