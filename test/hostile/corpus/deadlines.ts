// Deadlines farther away than anyone lives.
import { HEALTHY, send, sendWith, type Entry } from './entry.js'

const approle = [
  send('POST /v1/sys/auth/approle', '{"type":"approle"}', 204),
  send('POST /v1/auth/approle/role/r', '{"secret_id_ttl":"2540400h"}', 204),
  send('POST /v1/auth/approle/role/r/secret-id', '{}', 200)
]

export const deadlines: readonly Entry[] = [
  { name: 'wrapped for 290 years', real: '200, ttl 9145440000', steps: [sendWith(['X-Vault-Wrap-TTL', '2540400h'], 'GET /v1/sys/mounts', undefined, { status: 200, contains: '"ttl":9145440000' }), HEALTHY] },
  { name: 'wrapped for 290 years, without a token', real: 'every other request is answered', steps: [send('GET /v1/sys/internal/ui/mounts', undefined, 200, { headers: [['X-Vault-Wrap-TTL', '2540400h']] }), HEALTHY, HEALTHY] },
  { name: 'a wrap TTL that no duration holds', real: '400 time: invalid duration', steps: [sendWith(['X-Vault-Wrap-TTL', '99999999h'], 'GET /v1/sys/mounts', undefined, { status: 400, contains: 'error parsing X-Vault-Wrap-TTL header: time: invalid duration \\"99999999h\\"' })] },
  { name: 'a secret id for 290 years', real: '204, 204, 200', steps: [...approle, HEALTHY, HEALTHY] },
  { name: 'a token for 290 years', real: '200 with a warning', steps: [send('POST /v1/auth/token/create', '{"ttl":"2540400h"}', { status: 200, contains: 'TTL of \\"2540400h\\" exceeded the effective max_ttl of \\"768h\\"; TTL value is capped accordingly' }), HEALTHY] }
]
