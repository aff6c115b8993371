// Whether an address lies within networks: `10.0.0.0/8`, `fd00::/8`, or single addresses.

/** @param address of the client; absent: none known, which lies nowhere
 *  @param cidrs none: no restriction */
export function isWithin (address: string | undefined, cidrs: readonly string[]): boolean {
  if (cidrs.length === 0) return true
  const bits = bitsOf(address ?? '')
  return bits !== undefined && cidrs.some((cidr) => contains(cidr, bits))
}

function contains (cidr: string, bits: string): boolean {
  const slash = cidr.indexOf('/')
  const network = bitsOf(slash < 0 ? cidr : cidr.slice(0, slash))
  if (network === undefined || network.length !== bits.length) return false
  const length = slash < 0 ? bits.length : Number(cidr.slice(slash + 1))
  return network.slice(0, length) === bits.slice(0, length)
}

/** 32 or 128 binary digits; an IPv4 address that was mapped to IPv6 is one of IPv4. */
function bitsOf (address: string): string | undefined {
  const mapped = address.toLowerCase().startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(mapped)) return mapped.split('.').map((byte) => binary(Number(byte), 8)).join('')
  return mapped.includes(':') ? bitsOfIPv6(mapped) : undefined
}

function bitsOfIPv6 (address: string): string | undefined {
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const groups = (text: string): string[] => text === '' ? [] : text.split(':')
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const missing = 8 - before.length - after.length
  const all = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after]
  if (all.length !== 8 || !all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return all.map((group) => binary(parseInt(group, 16), 16)).join('')
}

function binary (value: number, digits: number): string {
  return value.toString(2).padStart(digits, '0')
}
