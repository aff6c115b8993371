// What -output-curl-string and -output-policy print in place of a request.
import type { Call } from './client.js'
import type { Request, Tls } from './transport.js'

/** The same request for curl; the token is not in it. */
export function curlCommand ({ method, url, headers, body }: Request, tls: Tls): string {
  const words = [
    'curl',
    ...tls.skipsVerification ? ['--insecure'] : [],
    ...method === 'GET' ? [] : ['-X', method],
    ...file('--cacert', tls.caFile),
    ...file('--capath', tls.caFolder),
    ...file('--cert', tls.certificateFile),
    ...file('--key', tls.keyFile),
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `"${name}: ${name === 'X-Vault-Token' ? '$(vault print token)' : String(value)}"`]),
    ...body === undefined || body.length === 0 ? [] : ['-d', quote(body.toString())],
    url.href
  ]
  return words.join(' ')
}

function file (flag: string, path: string | undefined): string[] {
  return path === undefined ? [] : [flag, quote(path)]
}

function quote (text: string): string {
  return `'${text.replaceAll("'", "'\"'\"'")}'`
}

const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {
  GET: ['read'], LIST: ['list'], PUT: ['create', 'update'], POST: ['create', 'update'], PATCH: ['patch'], DELETE: ['delete']
}

/** Paths that ask for `sudo`. Source: the list in Vault's API client. */
const ROOT_PATHS = [
  'auth/token/accessors', 'auth/token/revoke-orphan', 'pki/root', 'pki/root/sign-self-issued', 'sys/audit', 'sys/audit/*',
  'sys/auth/*', 'sys/config/auditing/request-headers', 'sys/config/auditing/request-headers/*', 'sys/config/cors', 'sys/config/ui/headers',
  'sys/config/ui/headers/*', 'sys/internal/inspect/router/*', 'sys/leases', 'sys/leases/lookup/*', 'sys/leases/revoke-force/*',
  'sys/leases/revoke-prefix/*', 'sys/leases/tidy', 'sys/plugins/catalog/*', 'sys/raw', 'sys/raw/*', 'sys/remount', 'sys/revoke-force/*',
  'sys/revoke-prefix/*', 'sys/rotate', 'sys/seal', 'sys/step-down'
]

/** A policy that allows the request. */
export function policyFor ({ method, path, query }: Pick<Call, 'method' | 'path' | 'query'>): string {
  const operation = query?.['list']?.[0] === 'true' ? 'LIST' : method
  const plain = path.replace(/^\/+/, '').replace(/\/+$/, '')
  const capabilities = [...CAPABILITIES[operation] ?? [], ...needsSudo(plain) ? ['sudo'] : []]
  return `path "${plain}" {\n  capabilities = ["${capabilities.join('", "')}"]\n}`
}

function needsSudo (path: string): boolean {
  return ROOT_PATHS.some((root) => root.endsWith('/*') ? path.startsWith(root.slice(0, -1)) : path === root)
}
