// sys/seal-status, sys/init, sys/unseal, sys/seal
import t from 'tap'
import { NO_TOKEN, oneError, vault, type Vault } from '../../vault-server.js'

const FRESH = { fixture: 'uninitialized', profile: 'vault-1.14' } as const
const FIVE = { secret_shares: 5, secret_threshold: 3 }
const OTHERS_ALONE = 'invalid seal configuration: '

/** Initialises with five shares, of which three open it. */
async function init ({ send }: Vault): Promise<{ keys: string[], keys_base64: string[], root_token: string }> {
  return (await send('PUT', 'sys/init', FIVE)).body
}

t.test('GET seal-status of a fresh node has neither name nor id of a cluster', async (t) => {
  const { send } = vault(t, { ...FRESH, edition: 'ce' })
  t.same((await send('GET', 'sys/seal-status')).body, {
    type: 'shamir',
    initialized: false,
    sealed: true,
    t: 0,
    n: 0,
    progress: 0,
    nonce: '',
    version: '1.14.9',
    build_date: '2024-01-24T20:10:22Z',
    migration: false,
    recovery_seal: false,
    storage_type: 'raft'
  })
})

t.test('GET seal-status of an open node names its cluster', async (t) => {
  const { send } = vault(t)
  t.match((await send('GET', 'sys/seal-status', undefined, NO_TOKEN)).body, {
    initialized: true, sealed: false, t: 1, n: 1, cluster_name: /^vault-cluster-/, cluster_id: /^[0-9a-f-]{36}$/
  })
})

for (const [profile, version] of [
  ['documented', '1.14.9+ent'], ['vault-1.21', '1.21.4+ent'], ['openbao-2.5', '2.5.5']
] as const) {
  t.test(`GET seal-status of the profile ${profile} tells the version ${version}`, async (t) => {
    t.equal((await vault(t, { profile }).send('GET', 'sys/seal-status')).body.version, version)
  })
}

t.test('GET init tells whether the node is initialised', async (t) => {
  const fresh = vault(t, FRESH)
  t.equal((await fresh.send('GET', 'sys/init')).text, '{"initialized":false}\n')
  await init(fresh)
  t.equal((await fresh.send('GET', 'sys/init')).text, '{"initialized":true}\n')
})

t.test('PUT init gives the shares in both spellings, and a root token', async (t) => {
  const { keys, keys_base64: base64, root_token: token } = await init(vault(t, FRESH))
  t.equal(keys.length, 5)
  t.same(base64.map((key) => Buffer.from(key, 'base64').toString('hex')), keys)
  t.match(token, /^hvs\./)
})

/** Recorded of Vault 1.14. */
const REFUSED_INITS: readonly (readonly [unknown, string])[] = [
  [undefined, 'EOF'],
  [{}, `${OTHERS_ALONE}shares must be at least one`],
  [{ secret_shares: 0, secret_threshold: 0 }, `${OTHERS_ALONE}shares must be at least one`],
  [{ secret_shares: 2, secret_threshold: 3 }, `${OTHERS_ALONE}threshold cannot be larger than shares`],
  [{ secret_shares: 2, secret_threshold: 1 }, `${OTHERS_ALONE}threshold must be greater than one for multiple shares`],
  [{ secret_shares: 300, secret_threshold: 200 }, `${OTHERS_ALONE}shares must be less than 256`],
  [{ secret_shares: 1, secret_threshold: 1, pgp_keys: ['a', 'b'] }, 'incorrect number of PGP keys'],
  [
    { ...FIVE, recovery_shares: 1, recovery_threshold: 1 },
    'parameters recovery_shares,recovery_threshold not applicable to seal type shamir'
  ],
  ['{"secret_shares":', 'failed to parse JSON input: unexpected EOF'],
  [
    '{"secret_shares":"five"}',
    'failed to parse JSON input: json: cannot unmarshal string into Go struct field InitRequest.secret_shares of type int'
  ]
]
for (const [body, text] of REFUSED_INITS) {
  t.test(`PUT init of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    t.equal(await vault(t, FRESH).verdict('PUT', 'sys/init', body), `400 ${text}`)
  })
}

t.test('PUT init of an initialised node is refused', async (t) => {
  t.equal(await vault(t).verdict('PUT', 'sys/init', FIVE), '400 Vault is already initialized')
})

t.test('DELETE init is no verb of it', async (t) => {
  t.equal(await vault(t).verdict('DELETE', 'sys/init'), '405')
})

t.test('PUT unseal opens a node by as many shares as it takes, in hex or base64', async (t) => {
  const server = vault(t, FRESH)
  const { keys, keys_base64: base64 } = await init(server)
  const unseal = async (key: string | undefined): Promise<any> => (await server.send('PUT', 'sys/unseal', { key })).body
  t.match(await unseal(keys[0]), { sealed: true, progress: 1, t: 3, n: 5, nonce: /^[0-9a-f-]{36}$/ })
  t.match(await unseal(keys[0]), { progress: 1 }, 'the same share counts once')
  t.match(await unseal(base64[1]), { progress: 2 })
  t.match(await unseal(keys[4]), { sealed: false, progress: 0, nonce: '' })
  t.match(await unseal(keys[0]), { sealed: false, progress: 0 }, 'open already')
})

t.test('PUT unseal with "reset" begins again', async (t) => {
  const server = vault(t, FRESH)
  const { keys } = await init(server)
  await server.send('PUT', 'sys/unseal', { key: keys[0] })
  t.match((await server.send('PUT', 'sys/unseal', { reset: true })).body, { sealed: true, progress: 0, nonce: '' })
})

t.test('PUT unseal with a wrong share is refused, and the progress begins again', async (t) => {
  const { send, verdict } = vault(t, { fixture: 'sealed' })
  t.match(await verdict('PUT', 'sys/unseal', { key: 'ab'.repeat(32) }), /^400 .*message authentication failed/)
  t.match((await send('GET', 'sys/seal-status')).body, { sealed: true, progress: 0 })
})

const REFUSED_UNSEALS: readonly (readonly [unknown, string])[] = [
  [undefined, '400 EOF'],
  [{}, "400 'key' must be specified in request body as JSON, or 'reset' set to true"],
  [{ key: 'not base64 or hex!' }, "400 'key' must be a valid hex or base64 string"],
  [{ key: 'YWJj' }, '400 invalid key: key is shorter than minimum 16 bytes'],
  [{ key: 'ab'.repeat(33), migrate: true }, "500 can't perform a seal migration, no migration seal found"]
]
for (const [body, text] of REFUSED_UNSEALS) {
  t.test(`PUT unseal of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    t.equal(await vault(t, { fixture: 'sealed' }).verdict('PUT', 'sys/unseal', body), text)
  })
}

t.test('PUT unseal of a fresh node is refused', async (t) => {
  t.equal(await vault(t, FRESH).verdict('PUT', 'sys/unseal', { key: 'YWJj' }), '400 Vault is not initialized')
})

t.test('1.19 and later: a removed node cannot be unsealed', async (t) => {
  const { send, verdict, control, server } = vault(t, { fixture: 'three-voters', profile: 'vault-1.21' })
  await control('nodes/raft_1/elect')
  await send('POST', 'sys/storage/raft/remove-peer', { server_id: 'raft_0' })
  await send('GET', 'sys/health')
  t.equal(
    await verdict('PUT', 'sys/unseal', { key: server.unsealKeys[0] }), '500 node was removed from a HA cluster'
  )
})

t.test('PUT seal seals, and is no error on a sealed node, whoever asks', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('PUT', 'sys/seal'), '204')
  t.equal(await verdict('GET', 'sys/health'), '503')
  t.equal(await verdict('PUT', 'sys/seal', undefined, NO_TOKEN), '204')
})

t.test('PUT seal needs a token with sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t, { profile: 'vault-1.14' })
  t.equal(await verdict('PUT', 'sys/seal', undefined, NO_TOKEN), '403 permission denied')
  t.equal(await verdict('PUT', 'sys/seal', undefined, { 'x-vault-token': 'wrong' }), '403 permission denied')
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/seal" { capabilities = ["update"] }' })
  t.equal(
    await verdict('PUT', 'sys/seal', undefined, await tokenHeader({ policies: ['p'] })),
    `403 ${oneError('permission denied')}`
  )
})

t.test('PUT seal of a standby is refused by Vault and done by OpenBao', async (t) => {
  const refusal = '500 vault cannot seal when in standby mode; please restart instead'
  for (const [profile, expected] of [['vault-1.14', refusal], ['openbao-2.5', '204']] as const) {
    const { verdict, control } = vault(t, { fixture: 'three-voters', profile })
    await control('nodes/raft_1/elect')
    t.equal(await verdict('PUT', 'sys/seal'), expected)
  }
})
