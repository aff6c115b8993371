// ssh/config/ca, ssh/public_key and OpenBao's issuers: the keys that sign
import t from 'tap'
import { NO_TOKEN, oneError, UNSUPPORTED_PATH } from '../../vault-server.js'
import { withEngine, withRole } from './engine.js'
import { KEYS } from './keys.js'

const EC = { key_type: 'ec' }
const { publicKey: PUBLIC, privateKey: PRIVATE } = KEYS.ed25519
const ED25519 = { public_key: PUBLIC, private_key: PRIVATE }
const OPENBAO = { profile: 'openbao-2.5' } as const

t.test('POST config/ca generates a pair, once', async (t) => {
  const { data, verdict, send } = await withEngine(t)
  const { public_key: key } = await data('POST', 'ssh/config/ca', EC)
  t.match(key, /^ecdsa-sha2-nistp256 \S+\n$/)
  t.same(await data('GET', 'ssh/config/ca'), { public_key: key })
  t.equal((await send('GET', 'ssh/public_key', undefined, NO_TOKEN)).text, key)
  t.equal(await verdict('POST', 'ssh/config/ca', EC), '400 keys are already configured; delete them before reconfiguring')
  t.equal(await verdict('DELETE', 'ssh/config/ca'), '204')
  t.equal(await verdict('GET', 'ssh/config/ca'), "400 keys haven't been configured yet")
  t.equal(await verdict('GET', 'ssh/public_key'), '404')
})

for (const [type, bits, made] of [
  ['ec', 384, 'ecdsa-sha2-nistp384'], ['ec', 521, 'ecdsa-sha2-nistp521'], ['ecdsa-sha2-nistp521', 0, 'ecdsa-sha2-nistp521'],
  ['ed25519', 0, 'ssh-ed25519'], ['ssh-ed25519', 0, 'ssh-ed25519'], ['rsa', 2048, 'ssh-rsa']
] as const) {
  t.test(`POST config/ca generates ${type} of ${bits} bits as ${made}`, async (t) => {
    const { data } = await withEngine(t)
    t.match((await data('POST', 'ssh/config/ca', { key_type: type, key_bits: bits })).public_key, `${made} `)
  })
}

t.test('POST config/ca draws the same key with the same seed', async (t) => {
  const made = async (seed: number): Promise<string> => {
    return (await (await withEngine(t, { seed })).data('POST', 'ssh/config/ca', { key_type: 'ed25519' })).public_key
  }
  t.equal(await made(3), await made(3))
  t.not(await made(3), await made(4))
})

const HALF = 'only one of public_key and private_key set; both must be set to use, or both must be blank to auto-generate'
const REFUSED: readonly (readonly [object, string])[] = [
  [{ public_key: PUBLIC }, `400 ${HALF}`],
  [{ private_key: PRIVATE }, `400 ${HALF}`],
  [{ generate_signing_key: false }, '400 missing public_key'],
  [{ generate_signing_key: false, public_key: PUBLIC }, '400 missing private_key'],
  [
    { generate_signing_key: true, public_key: PUBLIC },
    '400 public_key and private_key must not be set when generate_signing_key is set to true'
  ],
  [
    { ...ED25519, private_key: 'y' },
    '400 Unable to parse private_key as an SSH private key: ssh: no key found'
  ],
  [
    { ...ED25519, private_key: '-----BEGIN FOO-----\nAAAA\n-----END FOO-----\n' },
    '400 Unable to parse private_key as an SSH private key: ssh: unsupported key type "FOO"'
  ],
  [
    { ...ED25519, private_key: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n' },
    '400 Unable to parse private_key as an SSH private key: ssh: invalid openssh private key format'
  ],
  [
    { ...ED25519, public_key: 'x' },
    '400 Unable to parse public_key as an SSH public key: illegal base64 data at input byte 0'
  ],
  [{ key_type: 'magic' }, `500 ${oneError('unknown ssh key pair algorithm: magic')}`],
  [
    { key_type: 'rsa', key_bits: 1024 },
    `500 ${oneError('refusing to generate weak rsa key: 1024 bits < 2048 bits')}`
  ],
  [{ key_type: 'ec', key_bits: 512 }, `500 ${oneError('unknown ECDSA key pair algorithm: ec')}`],
  [
    { key_type: 'rsa', key_bits: 65_536 }, '400 vault-mock does not simulate RSA keys of more than 8192 bits; ' +
    'see the table "not simulated" in its README'
  ]
]

for (const [body, refusal] of REFUSED) {
  t.test(`POST config/ca refuses ${JSON.stringify(body).slice(0, 90)} and changes nothing`, async (t) => {
    const { verdict } = await withEngine(t)
    t.equal(await verdict('POST', 'ssh/config/ca', body), refusal)
    t.equal(await verdict('GET', 'ssh/config/ca'), "400 keys haven't been configured yet")
  })
}

t.test('vault-1.21 makes a pair in place of half a one, and says which it took', async (t) => {
  const { data, verdict } = await withEngine(t, { profile: 'vault-1.21' })
  t.equal(await verdict('POST', 'ssh/config/ca', { generate_signing_key: false, public_key: PUBLIC }),
    '400 if generate_signing_key is false, either both public_key and private_key or a managed key must be provided')
  t.not((await data('POST', 'ssh/config/ca', { public_key: PUBLIC, key_type: 'ed25519' })).public_key, PUBLIC)
  t.equal(await verdict('POST', 'ssh/config/ca', { public_key: 'x', private_key: 'y' }),
    '400 keys are already configured; delete them before reconfiguring')
  await verdict('DELETE', 'ssh/config/ca')
  t.same(await data('POST', 'ssh/config/ca', ED25519), { public_key: ED25519.public_key })
  await verdict('DELETE', 'ssh/config/ca')
  t.equal(await verdict('POST', 'ssh/config/ca', { ...ED25519, generate_signing_key: false }), '204')
})

t.test("Vault has no issuers: their paths are as any that it doesn't have", async (t) => {
  const { verdict } = await withEngine(t)
  t.equal(await verdict('GET', 'ssh/issuer/x'), UNSUPPORTED_PATH)
  t.equal(await verdict('GET', 'ssh/issuer/x/public_key', undefined, NO_TOKEN), '403 permission denied')
})

t.test('OpenBao adds an issuer with each pair, which is the default then', async (t) => {
  const { data, verdict } = await withEngine(t, OPENBAO)
  t.equal(await verdict('GET', 'ssh/config/ca'), '400 no default issuer currently configured')
  const first = await data('POST', 'ssh/config/ca', { ...ED25519, issuer_name: 'first' })
  t.match(first, { issuer_name: 'first', public_key: PUBLIC })
  const second = await data('POST', 'ssh/config/ca', EC)
  t.same(await data('GET', 'ssh/config/ca'), second)
  t.same(await data('GET', 'ssh/issuer/first'), first)
  t.match(await data('LIST', 'ssh/issuers'), {
    key_info: { [first.issuer_id]: { is_default: false, issuer_name: 'first' }, [second.issuer_id]: { is_default: true } }
  })
})

t.test('OpenBao: POST config/issuers sets the default, POST issuer/:ref names one', async (t) => {
  const { data, verdict } = await withEngine(t, OPENBAO)
  const { issuer_id: id } = await data('POST', 'ssh/issuers/import/one', EC)
  t.same(await data('GET', 'ssh/config/issuers'), { default: '' })
  t.same(await data('POST', 'ssh/config/issuers', { default: 'one' }), { default: id })
  t.equal(await verdict('POST', 'ssh/config/issuers', { default: 'two' }), '400 unable to find issuer for reference: two')
  t.match(await verdict('POST', 'ssh/config/issuers', { default: 'default' }), /^400 Invalid issuer specification/)
  t.equal((await data('POST', 'ssh/issuer/default', { issuer_name: 'uno' })).issuer_name, 'uno')
  t.equal(await verdict('GET', 'ssh/issuer/one'), '400 unable to find issuer for reference: one')
})

for (const [name, refusal] of [
  ['taken', 'issuer name already in use'],
  ['default', "reserved keyword 'default' can not be used as issuer name"],
  ['a b', 'issuer name contained invalid characters']
] as const) {
  t.test(`OpenBao refuses the name ${name} for an issuer`, async (t) => {
    const { verdict } = await withEngine(t, OPENBAO)
    await verdict('POST', 'ssh/issuers/import/taken', EC)
    t.equal(await verdict('POST', 'ssh/issuers/import', { ...EC, issuer_name: name }), `400 ${refusal}`)
  })
}

t.test('OpenBao: roles sign with the issuer that they name, and its end is warned of', async (t) => {
  const { data, send, verdict } = await withRole(t, { issuer_ref: 'other' }, OPENBAO)
  const sign = { public_key: PUBLIC }
  t.equal(await verdict('POST', 'ssh/sign/r', sign), '400 unable to find issuer for reference: other')
  const { issuer_id: id } = await data('POST', 'ssh/issuers/import/other', { ...EC, set_default: true })
  t.equal((await data('POST', 'ssh/sign/r', sign)).issuer_id, id)
  const { body } = await send('DELETE', 'ssh/issuer/other')
  t.same(body.warnings, [
    "1 roles reference 'other'",
    `Deleted issuer ${id} (via issuer_ref other); this was configured as the default issuer. ` +
    'Operations without an explicit issuer will not work until a new default is configured.'
  ])
  t.same((await send('DELETE', 'ssh/config/ca')).body.warnings, [
    'Deleted 1 issuers, including default issuer if configured.'
  ])
})
