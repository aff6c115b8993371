// Paths as the real client cleans and joins them.

/** Without blanks and slashes at both ends. */
export function sanitizePath (path: string): string {
  return path.trim().replace(/^\/+/, '').replace(/\/+$/, '').trim()
}

export function withTrailingSlash (path: string): string {
  const trimmed = path.trim()
  return trimmed === '' || trimmed.endsWith('/') ? trimmed : `${trimmed}/`
}

/** Go's `path.Join`: empty parts left out, `//`, `.` and `..` resolved, no slash at the end. */
export function joinPath (...parts: readonly string[]): string {
  const joined = parts.filter((part) => part !== '').join('/')
  if (joined === '') return ''
  const rooted = joined.startsWith('/')
  const kept: string[] = []
  for (const part of joined.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') kept.push(part)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!rooted) kept.push(part)
  }
  return (rooted ? '/' : '') + kept.join('/') || '.'
}

/** Go's `URL.EscapedPath`. */
export function escapePath (path: string): string {
  return encodeURIComponent(path).replace(/%(2F|24|26|2B|2C|3A|3B|3D|40)/g, (code) => decodeURIComponent(code))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Go's `url.Values.Encode`: keys sorted, blanks as plus signs. */
export function encodeQuery (query: Readonly<Record<string, readonly string[]>>): string {
  return Object.keys(query).sort().flatMap((key) => (query[key] ?? []).map((value) => `${escapeQuery(key)}=${escapeQuery(value)}`)).join('&')
}

function escapeQuery (text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
