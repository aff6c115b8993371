// The text in which go-discover is told where to look: `provider=aws tag_key=vault tag_value=server`.

/** What is wrong with such a text, in go-discover's words. */
export class DiscoverConfigError extends Error {
  override readonly name = 'DiscoverConfigError'
}

interface Item {
  readonly kind: 'text' | 'equal' | 'error'
  /** what it says, or what is wrong with it */
  readonly text: string
}
type Lexed = readonly [item: Item, length: number]

/**
 * Keys and values with spaces, backslashes or double quotes stand in double quotes. They are taken as they are: the
 * library's help says that values are URL encoded, its code does not decode them.
 *
 * @throws {DiscoverConfigError} `blah: missing '='`
 * @see github.com/hashicorp/go-discover `Parse`
 */
export function parseDiscoverConfig (input: string): ReadonlyMap<string, string> {
  const config = new Map<string, string>()
  let rest = input.trim()
  let key = ''
  let expected: 'key' | 'equal' | 'value' = 'key'
  while (rest !== '') {
    const [item, length] = nextItem(rest)
    rest = rest.slice(length)
    if (expected === 'key') {
      key = keyIn(item, key, config)
      expected = 'equal'
    } else if (expected === 'equal') {
      if (item.kind !== 'equal') throw new DiscoverConfigError(`${key}: missing '='`)
      expected = 'value'
    } else {
      config.set(key, valueIn(item, key))
      expected = 'key'
    }
  }
  if (expected === 'equal') throw new DiscoverConfigError(`${key}: missing '='`)
  if (expected === 'value') throw new DiscoverConfigError(`${key}: missing value`)
  return config
}

/** @param before the key before it, which is what the library names */
function keyIn (item: Item, before: string, config: ReadonlyMap<string, string>): string {
  if (item.kind === 'text') {
    if (config.has(item.text)) throw new DiscoverConfigError(`${item.text}: duplicate key`)
    return item.text
  }
  throw new DiscoverConfigError(item.kind === 'error'
    ? `${before}: error with key=value pair ${item.text}`
    : `${before}: - equals in key's value, enclosing double-quote needed ${before}="value-with-=-symbol"`)
}

function valueIn (item: Item, key: string): string {
  if (item.kind === 'text') return item.text
  throw new DiscoverConfigError(`${key}: ${item.kind === 'error' ? item.text : 'missing value'}`)
}

/** Spaces before an item belong to it. */
function nextItem (rest: string): Lexed {
  const start = rest.search(/[^ ]/)
  if (start < 0) return [{ kind: 'text', text: '' }, rest.length]
  if (rest[start] === '=') return [{ kind: 'equal', text: '' }, start + 1]
  if (rest[start] === '"') return quotedItem(rest, start)
  const end = start + 1 + rest.slice(start + 1).search(/[= ]|$/)
  return [{ kind: 'text', text: rest.slice(start, end).trim() }, end]
}

function quotedItem (rest: string, start: number): Lexed {
  let at = start + 1
  while (at < rest.length && rest[at] !== '"') at += rest[at] === '\\' ? 2 : 1
  if (at > rest.length) return [{ kind: 'error', text: 'unterminated escape sequence' }, rest.length]
  if (at === rest.length) return [{ kind: 'error', text: 'unbalanced quotes' }, rest.length]
  const text = unquoted(rest.slice(start, at + 1))
  return [text === undefined ? { kind: 'error', text: 'invalid syntax' } : { kind: 'text', text }, at + 1]
}

const ESCAPE = /\\(?:[abfnrtv\\"]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2})/g
const NAMED: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"'
}

/** Go's `strconv.Unquote` of a text in double quotes; undefined where it is none. */
function unquoted (quoted: string): string | undefined {
  const inside = quoted.slice(1, -1)
  if (inside.includes('\n') || inside.replace(ESCAPE, '').includes('\\')) return undefined
  return inside.replace(ESCAPE, ([, kind = '', ...digits]) => {
    const named = NAMED[kind]
    if (named !== undefined) return named
    const isHex = /[xuU]/.test(kind)
    const code = parseInt(isHex ? digits.join('') : kind + digits.join(''), isHex ? 16 : 8)
    return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code)
  })
}

/** As `Config.String` prints it: the provider first, the other keys in their order. */
export function printDiscoverConfig (config: ReadonlyMap<string, string>): string {
  const quoted = (text: string): string => /[ "\\=]/.test(text) ? JSON.stringify(text) : text
  const keys = [...config.keys()].filter((key) => key !== 'provider').sort()
  return ['provider', ...keys].map((key) => `${quoted(key)}=${quoted(config.get(key) ?? '')}`).join(' ')
}
