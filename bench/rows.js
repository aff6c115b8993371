// The requests that are measured: what each needs beforehand, and what is sent.
const POLICY = 'path "secret/*" { capabilities = ["create", "read", "update", "list"] }'
const NAMES = 1000
const SECRET = '{"data":{"user":"app","password":"hunter2"}}'

export const ROWS = [
  { name: 'health', path: '/v1/sys/health' },
  { name: 'raft configuration', path: '/v1/sys/storage/raft/configuration', oursAlone: true },
  { name: 'lookup-self', path: '/v1/auth/token/lookup-self' },
  { name: 'KV v2 read, root token', path: '/v1/secret/data/app', prepare: writeSecret },
  { name: 'KV v2 read, token with a policy', path: '/v1/secret/data/app', prepare: writeSecretWithPolicy },
  { name: 'LIST of 10 names', path: '/v1/secret/metadata/few/?list=true', prepare: (server) => writeNames(server, 'few', 10) },
  { name: 'LIST of 1,000 names', path: '/v1/secret/metadata/many/?list=true', prepare: (server) => writeNames(server, 'many', NAMES) },
  { name: 'KV v2 write', method: 'POST', path: '/v1/secret/data/app', body: SECRET }
]

/** @returns the token to go on with, where it is not the root's */
async function writeSecret (server) {
  await server.call('POST', '/v1/secret/data/app', JSON.parse(SECRET))
}

async function writeSecretWithPolicy (server) {
  await writeSecret(server)
  await server.call('PUT', '/v1/sys/policies/acl/app', { policy: POLICY })
  const { auth } = await server.json('POST', '/v1/auth/token/create', { policies: ['app'] })
  return auth.client_token
}

async function writeNames (server, folder, count) {
  for (let i = 0; i < count; i++) await server.call('POST', `/v1/secret/data/${folder}/name-${i}`, { data: { i } })
}
