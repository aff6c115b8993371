// Building blocks that several scenarios share.

/** Initialises node 0 with one key share and unseals it; afterwards {{root}} and {{key}} are known. */
export const unsealedNode = [
  {
    prelude: true,
    method: 'PUT',
    path: '/v1/sys/init',
    body: { secret_shares: 1, secret_threshold: 1 },
    noToken: true,
    save: { key: 'keys_base64.0', keyHex: 'keys.0', root: 'root_token' },
    needed: true
  },
  { prelude: true, method: 'PUT', path: '/v1/sys/unseal', body: { key: '{{key}}' }, noToken: true }
]

/** The same, until it is active. */
export const activeNode = [
  ...unsealedNode,
  { prelude: true, path: '/v1/sys/health', noToken: true, until: (a) => a.status === 200 },
  { pause: 500 }
]

/** The same for a second cluster, which node 1 is; afterwards {{root1}} and {{key1}} are known. */
export const secondCluster = [
  {
    prelude: true,
    node: 1,
    method: 'PUT',
    path: '/v1/sys/init',
    body: { secret_shares: 1, secret_threshold: 1 },
    noToken: true,
    save: { key1: 'keys_base64.0', root1: 'root_token' },
    needed: true
  },
  { prelude: true, node: 1, method: 'PUT', path: '/v1/sys/unseal', body: { key: '{{key1}}' }, noToken: true },
  { prelude: true, node: 1, path: '/v1/sys/health', noToken: true, until: (a) => a.status === 200 },
  { pause: 500 }
]

/** Unseals node n, which was told to join: it becomes a standby. */
export const joined = (n) => [
  { node: n, method: 'PUT', path: '/v1/sys/unseal', body: { key: '{{key}}' }, noToken: true },
  { node: n, path: '/v1/sys/health', noToken: true, until: (a) => a.status === 429 }
]

/** Lets node n join node 0 and unseals it. */
export const joinNode = (n) => [
  { node: n, method: 'POST', path: '/v1/sys/storage/raft/join', body: { leader_api_addr: '{{node0}}' }, noToken: true },
  ...joined(n)
]

export const get = (id, path, more = {}) => ({ id, path, ...more })
export const put = (id, path, body, more = {}) => ({ id, method: 'PUT', path, body, ...more })
export const post = (id, path, body, more = {}) => ({ id, method: 'POST', path, body, ...more })
export const del = (id, path, more = {}) => ({ id, method: 'DELETE', path, ...more })
export const list = (id, path, more = {}) => ({ id, method: 'LIST', path, ...more })

/** A source for `save`: a token that came masked with the one-time password of its attempt. */
export const unmasked = (body, { otp }) => {
  const coded = Buffer.from(body.encoded_token ?? body.encoded_root_token ?? '', 'base64')
  const mask = Buffer.from(otp ?? '')
  return Buffer.from(coded.map((byte, i) => byte ^ mask[i])).toString()
}
