// The page at /ui/: a few files made by the build, read and compressed when the first browser comes.
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { messageBody } from './errors.js'

/** Nothing from elsewhere, nothing inline, no frame around it. */
const HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  Vary: 'Accept-Encoding'
}

const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml'
}

/** Where the build leaves it: as seen from the sources and from the bundle's folders, and from the bundle's top. */
const FOLDERS = ['../../dist/page/', './page/']

/** Answers a request below /ui; anybody may see the page, as it shows nothing by itself. */
export function sendPage (request: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = (request.url ?? '').split('?', 1)
  if (path === '/ui') { response.writeHead(307, { Location: '/ui/' }).end(); return }
  const name = path === '/ui/' ? 'index.html' : path.slice('/ui/'.length)
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  if (type === undefined) return refuse(response, 404, `there is no ${path.slice(0, 100)}; the page is /ui/`)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'the page is only read')
  sendFile(request, response, name, type).catch((error: Error) => { refuse(response, 500, error.message) })
}

async function sendFile (
  request: IncomingMessage, response: ServerResponse, name: string, type: string
): Promise<void> {
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  const found = await fileOf(takesGzip ? `${name}.gz` : name)
  if (found === undefined) return refuse(response, 503, 'the page was not built: npm run build')
  const encoding = takesGzip ? { 'Content-Encoding': 'gzip' } : {}
  response.writeHead(200, { ...HEADERS, ...encoding, 'Content-Type': type, 'Content-Length': found.length })
  response.end(request.method === 'HEAD' ? undefined : found)
}

async function fileOf (name: string): Promise<Buffer | undefined> {
  for (const folder of FOLDERS) {
    const found = await readFile(new URL(folder + name, import.meta.url)).catch(() => undefined)
    if (found !== undefined) return found
  }
  return undefined
}

function refuse (response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'application/json' })
  response.end(messageBody(message))
}
