// Addresses as Go's net/url reads and writes them.

/** What is asked of an address. */
export interface GoUrl {
  /** decoded; empty where nothing but text follows the scheme */
  readonly path: string
  /** decoded, of each name the first; pairs that cannot be read are left out */
  readonly query: ReadonlyMap<string, string>
}

const CONTROL = /[\0-\x1f\x7f]/ // eslint-disable-line no-control-regex
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
const USER = /^[A-Za-z0-9\-._~:!$&'()*+,;=%@]*$/
/** What a host may not hold as it stands; a percent sign only before what ASCII cannot say. */
const NO_HOST = /[\\^`{|} #/?]|%(?![89A-Fa-f][0-9A-Fa-f])/
const HOST_AND_PORT = /^(\[[^\]]*\]|[^[\]:]*)(:\d*)?$/
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/

/** `url.Parse`; undefined for what Go refuses. */
export function parseGoUrl (text: string): GoUrl | undefined {
  const [whole = ''] = text.split('#', 1)
  if (CONTROL.test(text) || BROKEN_ESCAPE.test(text.slice(whole.length))) return undefined
  if (whole.startsWith(':')) return undefined
  const scheme = SCHEME.exec(whole)?.[0] ?? ''
  const [rest = '', ...queries] = whole.slice(scheme.length).split('?')
  const path = pathOf(rest, scheme !== '')
  return path === undefined ? undefined : { path, query: parseQuery(queries.join('?')) }
}

/** @param rest what stands between the scheme and the query */
function pathOf (rest: string, hasScheme: boolean): string | undefined {
  if (!rest.startsWith('/')) {
    if (hasScheme) return ''
    return /^[^/]*:/.test(rest) ? undefined : unescape(rest)
  }
  const hasAuthority = rest.startsWith('//') && (hasScheme || !rest.startsWith('///'))
  if (!hasAuthority) return unescape(rest)
  const [authority = ''] = rest.slice(2).split('/', 1)
  return isAuthority(authority) ? unescape(rest.slice(2 + authority.length)) : undefined
}

function isAuthority (authority: string): boolean {
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  const host = authority.slice(at + 1)
  return USER.test(user) && !BROKEN_ESCAPE.test(user) && HOST_AND_PORT.test(host) && !NO_HOST.test(host)
}

function parseQuery (query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const pair of query.split('&')) {
    const [name = '', ...values] = pair.replaceAll('+', ' ').split('=')
    const [key, value] = [unescape(name), unescape(values.join('='))]
    if (pair === '' || pair.includes(';') || key === undefined || value === undefined || found.has(key)) continue
    found.set(key, value)
  }
  return found
}

/** undefined where a percent sign has not two digits behind it */
function unescape (text: string): string | undefined {
  if (BROKEN_ESCAPE.test(text)) return undefined
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  const decoded = bytes.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
  return Buffer.from(decoded, 'latin1').toString('utf8')
}

/** A path as `URL.String` prints it. */
export function escapeGoPath (text: string): string {
  return escape(text, /[\w\-.~$&+,/:;=@]/)
}

/** `url.PathEscape`: one segment of a path. */
export function escapeGoPathSegment (text: string): string {
  return escape(text, /[\w\-.~$&+:=@]/)
}

/** `url.QueryEscape`: a blank becomes `+`. */
export function escapeGoQuery (text: string): string {
  return escape(text, /[\w\-.~ ]/).replaceAll(' ', '+')
}

function escape (text: string, plain: RegExp): string {
  return [...Buffer.from(text, 'utf8').toString('latin1')]
    .map((byte) => plain.test(byte) ? byte : `%${Buffer.from(byte, 'latin1').toString('hex').toUpperCase()}`)
    .join('')
}
