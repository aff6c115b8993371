// How Go names a byte that does not belong where it stands, and how it orders strings.

const SHORT_ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 39: "\\'", 92: '\\\\'
}

/** The first byte of a character as Go's scanner quotes it: `'x'`, `'\n'`, `'\x00'`, `'Ã'` for what is not ASCII. */
export function quoteFirstByte (text: string, at: number): string {
  return `'${escapeByte(firstByte(text.codePointAt(at) ?? 0))}'`
}

function firstByte (codePoint: number): number {
  if (codePoint < 0x80) return codePoint
  if (codePoint < 0x800) return 0xc0 | codePoint >> 6
  const loneSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  if (codePoint < 0x10000) return loneSurrogate ? 0xef : 0xe0 | codePoint >> 12
  return 0xf0 | codePoint >> 18
}

function escapeByte (byte: number): string {
  const short = SHORT_ESCAPES[byte]
  if (short !== undefined) return short
  if (byte < 0x20 || byte === 0x7f) return '\\x' + byte.toString(16).padStart(2, '0')
  return String.fromCharCode(byte)
}

/** Order by UTF-8 bytes, as Go has it; JavaScript's own order differs beyond the basic plane. */
export function compareBytes (a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? rank(x) - rank(y) : x - y
  }
  return a.length - b.length
}

/** Surrogates come after all else: they stand for code points beyond U+FFFF. */
function rank (unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}
