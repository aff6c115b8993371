// Requests as a proxy would get them, `GET http://host/v1/… HTTP/1.1`: Go's server takes host and path from there.
import type { IncomingMessage, ServerResponse } from 'node:http'

const SLASH = 47
const BAD_REQUEST = '400 Bad Request'
const BAD_REQUEST_HEADERS = {
  'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': BAD_REQUEST.length, Connection: 'close'
}
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)([^#]*)/i

/**
 * Makes the target of a request a path.
 *
 * @returns false where it is no URL: the request is then answered with 400, as Go does before any handler
 */
export function takeTarget (request: IncomingMessage, response: ServerResponse): boolean {
  const { url = '' } = request
  if (url.charCodeAt(0) === SLASH) return true
  const [, host = '', path = ''] = ABSOLUTE.exec(url) ?? []
  if (host === '') return true
  if (!URL.canParse(`http://${host}/`)) {
    response.writeHead(400, BAD_REQUEST_HEADERS).end(BAD_REQUEST)
    return false
  }
  request.url = path.startsWith('/') ? path : `/${path}`
  request.headers.host = host
  return true
}
