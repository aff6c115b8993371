// Deadlines farther away than anyone lives.
import { HEALTHY, send, sendWith, type Entry } from './entry.js'

/** No token that ends: what is far away is the earliest of all deadlines. */
const data = '{}'
/** Far enough for everything else to have ended. */
const LATER = [HEALTHY, send('GET /v1/sys/mounts', undefined, 200), send('POST /_mock/time/advance', '{"ms":4000000000}', 200), send('GET /v1/sys/mounts', undefined, 200), HEALTHY]

const approle = [
  send('POST /v1/sys/auth/approle', '{"type":"approle"}', 204),
  send('POST /v1/auth/approle/role/r', '{"secret_id_ttl":"2540400h"}', 204),
  send('POST /v1/auth/approle/role/r/secret-id', '{}', 200)
]

export const deadlines: readonly Entry[] = [
  { name: 'wrapped for 290 years', real: '200, ttl 9145440000', data, steps: [sendWith(['X-Vault-Wrap-TTL', '2540400h'], 'GET /v1/sys/mounts', undefined, { status: 200, contains: '"ttl":9145440000' }), ...LATER] },
  { name: 'wrapped for 290 years, without a token', real: 'every other request is answered', data, steps: [send('GET /v1/sys/internal/ui/mounts', undefined, 200, { headers: [['X-Vault-Wrap-TTL', '2540400h']] }), ...LATER] },
  { name: 'a wrap TTL that no duration holds', real: '400 time: invalid duration', steps: [sendWith(['X-Vault-Wrap-TTL', '99999999h'], 'GET /v1/sys/mounts', undefined, { status: 400, contains: 'error parsing X-Vault-Wrap-TTL header: time: invalid duration \\"99999999h\\"' })] },
  { name: 'a secret id for 290 years', real: '204, 204, 200', data, steps: [...approle, ...LATER] },
  { name: 'the same among other deadlines', real: 'the others end in time', steps: [...approle, ...LATER] },
  { name: 'a token for 290 years', real: '200 with a warning', steps: [send('POST /v1/auth/token/create', '{"ttl":"2540400h"}', { status: 200, contains: 'TTL of \\"2540400h\\" exceeded the effective max_ttl of \\"768h\\"; TTL value is capped accordingly' }), HEALTHY] }
]
