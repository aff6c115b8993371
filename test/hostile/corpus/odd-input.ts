// Input that is odd and has an ordinary answer.
import { HEALTHY, raw, ROOT, send, sendWith, type Entry } from './entry.js'

const ODD_LABELS = ['json', 'text', 'a/b/c', 'application/json charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', '']
const KV = send('POST /v1/sys/mounts/kv', '{"type":"kv"}', 204)
const ROOT_LINES = 'Host: 127.0.0.1\r\nX-Vault-Token: root\r\n'

export const oddInput: readonly Entry[] = [
  ...ODD_LABELS.map((label): Entry => ({ name: `a body labelled ${JSON.stringify(label)}`, real: '204', steps: [KV, sendWith(['Content-Type', label], 'PUT /v1/kv/x', '{"x":1}', 204)] })),
  ...['QUERY', 'VER', 'RECORD', 'PROPFIND', 'TRACE'].map((method): Entry => ({ name: `method ${method}`, real: '405 {"errors":[]}', steps: [KV, send(`${method} /v1/kv/x`, undefined, { status: 405, contains: '{"errors":[]}' })] })),
  { name: 'method QUERY with a body and no label', real: '405 {"errors":[]}', steps: [KV, send('QUERY /v1/kv/x', '{"x":1}', { status: 405, contains: '{"errors":[]}' })] },
  { name: 'method OPTIONS', real: '405 unsupported operation', steps: [KV, send('OPTIONS /v1/kv/x', undefined, { status: 405, contains: 'unsupported operation' })] },
  { name: 'a target in absolute form', real: 'as the path alone', steps: [raw([`GET http://foo/v1/sys/health HTTP/1.1\r\n${ROOT_LINES}\r\n`]), send('GET /v1/sys/health', undefined, 200)] },
  { name: 'a target in absolute form that is no URL', real: '400', steps: [raw([`GET http://[/v1/sys/health HTTP/1.1\r\n${ROOT_LINES}\r\n`]), HEALTHY] },
  { name: 'plugins/catalog/toString/x', real: '200, data null, with a warning', steps: [send('GET /v1/sys/plugins/catalog/toString/x', undefined, { status: 200, contains: 'cannot read plugin information from catalog for \\"toString/x\\"' })] },
  { name: 'inspect/router/__proto__', real: '404 unsupported path', steps: [send('GET /v1/sys/internal/inspect/router/__proto__', undefined, { status: 404, contains: 'unsupported path' })] },
  { name: 'tools/hash/toString', real: '400 unsupported algorithm toString', steps: [send('POST /v1/sys/tools/hash/toString', '{"input":"AAAA"}', { status: 400, contains: 'unsupported algorithm toString' })] },
  { name: 'X-Vault-Mock-Secondary: %', real: 'a refusal', steps: [sendWith(['X-Vault-Mock-Secondary', '%'], 'GET /v1/sys/replication/performance/status'), sendWith(['X-Vault-Mock-Secondary', '%'], 'POST /v1/sys/replication/performance/primary/enable', '{}'), ...['follow', 'run'].map((action) => sendWith(['X-Vault-Mock-Secondary', '%'], `POST /vault-mock/replication/${action}`, '{}', 403))] },
  { name: 'max_versions -1 and 2^53', real: '204', steps: [send('POST /v1/secret/metadata/x', '{"max_versions":-1}', 204), send('POST /v1/secret/metadata/y', '{"max_versions":9007199254740992}', 204), send('POST /v1/secret/data/y', '{"data":{}}', 200)] },
  { name: 'an audit device of an unknown type', real: '400 unknown backend type', steps: [send('PUT /v1/sys/audit/x', '{"type":"ghost"}', { status: 400, contains: 'unknown backend type: \\"ghost\\"' })] },
  { name: 'an audit device of an unknown type, OpenBao', real: '400 cannot enable audit device via API', flags: ['--profile', 'openbao-2.5'], steps: [send('PUT /v1/sys/audit/x', '{"type":"ghost"}', { status: 400, contains: 'cannot enable audit device via API' })] },
  { name: 'names that every object has', real: '404', steps: ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].flatMap((name) => [send(`GET /v1/sys/policies/acl/${name}`, undefined, 404), send(`GET /v1/secret/data/${name}`, undefined, 404), send(`GET /v1/sys/mounts/${name}`, undefined, { status: 400 }), send(`POST /v1/sys/tools/random/${name}`, '{}'), send(`GET /v1/sys/quotas/rate-limit/${name}`), send(`GET /v1/auth/${name}/role/x`)]) },
  { name: 'keys that are no text', real: '400 in the words of encoding/json', steps: ['sys/unseal', 'sys/rekey/update', 'sys/rekey/verify', 'sys/generate-root/update'].flatMap((path) => [...['5', '1e400', '{}', '[]', 'true'].map((key) => send(`PUT /v1/${path}`, `{"key":${key}}`, { status: 400, contains: 'json: cannot unmarshal' })), send(`PUT /v1/${path}`, '{"key":NaN}', { status: 400, contains: "invalid character 'N' looking for beginning of value" })]) },
  { name: 'aliases, where there are none', real: '404', steps: [send('LIST /v1/identity/entity-alias/id', undefined, 404)] },
  { name: 'VER behind another request', real: '405, no RECOVER', flags: ['--profile', 'vault-1.21'], steps: ['VER', 'OVER', 'COVER'].map((verb) => ({ ...raw([`GET /v1/sys/health HTTP/1.1\r\n${ROOT_LINES}\r\n`, `${verb} /v1/sys/health HTTP/1.1\r\n${ROOT_LINES}\r\n`]), pauseMs: 30 })) },
  { name: 'Host: [ and then a HAR export', real: '200', steps: [send('GET /v1/sys/health', undefined, undefined, { headers: [...ROOT, ['Host', '[']] }), send('GET /_mock/journal/har', undefined, 200)] }
]
