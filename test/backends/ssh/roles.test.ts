// ssh/roles, ssh/sign and ssh/issue: what a role lets certificates hold
import t from 'tap'
import { oneError } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'
import { WireReader } from '../../../src/backends/ssh/wire.js'
import { withEngine, withRole } from './engine.js'
import { KEYS } from './keys.js'

const CA = { key_type: 'ca', allow_user_certificates: true }
const DENIED_ENTITY = 'default_extension templating enabled with at least one extension requiring identity templating. ' +
  'However, this request lacked identity entity information, causing one or more extensions to be skipped from the ' +
  'generated certificate.'

/** The texts of an Ed25519 certificate. */
function read (line: string): { keyId: string, principals: string[], seconds: number, extensions: string[] } {
  const reader = new WireReader(Buffer.from(line.split(' ')[1] ?? '', 'base64'))
  for (let i = 0; i < 3; i++) reader.text()
  reader.take(12)
  const [keyId, principals] = [reader.text().toString(), listIn(reader.text())]
  const [from, to] = [reader.take(8).readBigUInt64BE(), reader.take(8).readBigUInt64BE()]
  reader.text()
  return { keyId, principals, seconds: Number(to - from), extensions: listIn(reader.text()) }
}

function listIn (bytes: Buffer): string[] {
  const reader = new WireReader(bytes)
  const texts: string[] = []
  while (reader.rest.length > 0) texts.push(reader.text().subarray(-20).toString())
  return texts
}

const REFUSED_ROLES: readonly (readonly [object, string])[] = [
  [{}, '400 missing key type'],
  [{ key_type: 'magic' }, '400 invalid key type'],
  [{ key_type: 'dynamic' }, '400 dynamic key type roles are no longer supported'],
  [{ key_type: 'otp' }, '400 missing default user'],
  [{ key_type: 'ca' }, "400 Either 'allow_user_certificates' or 'allow_host_certificates' must be set to 'true'"],
  [{ ...CA, ttl: '2h', max_ttl: '1h' }, '400 "ttl" value must be less than "max_ttl" when both are specified'],
  [{ ...CA, algorithm_signer: 'md5' }, `500 ${oneError('unknown algorithm signer "md5"')}`],
  [
    { ...CA, allowed_user_key_lengths: { rsa: 'x' } },
    '400 error processing allowed_user_key_lengths: strconv.ParseInt: parsing "x": invalid syntax'
  ],
  [
    { ...CA, allowed_user_key_lengths: { rsa: { a: 1 } } },
    '400 error processing allowed_user_key_lengths: could not parse value from input'
  ],
  [
    { key_type: 'otp', default_user: 'u', cidr_list: '10.0.0' },
    `500 ${oneError('failed to validate cidr_list: invalid CIDR address: 10.0.0')}`
  ],
  [
    { key_type: 'otp', default_user: 'u', exclude_cidr_list: '1.2.3.4' },
    `500 ${oneError('failed to validate exclude_cidr_list entry: invalid CIDR address: 1.2.3.4')}`
  ]
]

for (const [body, refusal] of REFUSED_ROLES) {
  t.test(`POST roles/:role refuses ${JSON.stringify(body)} and changes nothing`, async (t) => {
    const { verdict } = await withEngine(t)
    t.equal(await verdict('POST', 'ssh/roles/r', body), refusal)
    t.equal(await verdict('GET', 'ssh/roles/r'), '404')
  })
}

t.test('GET roles/:role shows values as Go prints them', async (t) => {
  const { data } = await withRole(t, {
    default_extensions: { a: 1, b: true, c: null, d: [1, 'x'], e: { f: 1.5 } },
    allowed_user_key_lengths: { rsa: [2048, 4096], ec: 256, dsa: '1024,2048' }
  })
  t.match(await data('GET', 'ssh/roles/r'), {
    default_extensions: { a: '1', b: 'true', c: '<nil>', d: '[1 x]', e: 'map[f:1.5]' },
    allowed_user_key_lengths: { rsa: [2048, 4096], ec: [256], dsa: [1024, 2048] }
  })
})

t.test('DELETE roles/:role forgets it, and its exemption from addresses', async (t) => {
  const { data, verdict } = await withRole(t)
  await verdict('POST', 'ssh/config/zeroaddress', { roles: 'r' })
  t.equal(await verdict('DELETE', 'ssh/roles/r'), '204')
  t.same(await data('GET', 'ssh/config/zeroaddress'), { roles: [] })
  t.equal(await verdict('LIST', 'ssh/roles'), '404')
})

const HOST = { allow_user_certificates: false, allow_host_certificates: true, allowed_domains: 'x.org,y.org' }
const REFUSED: readonly (readonly [role: object, request: object, refusal: string])[] = [
  [{}, { public_key: '' }, '400 missing public_key'],
  [{}, { public_key: 'x' }, '400 failed to parse public_key as SSH key: illegal base64 data at input byte 0'],
  [{}, { key_id: 'k' }, '400 setting key_id is not allowed by role'],
  [{}, { cert_type: 'x' }, "400 cert_type must be either 'user' or 'host'"],
  [{}, { cert_type: 'host' }, "400 cert_type 'host' is not allowed by role"],
  [{}, { valid_principals: 'ann,eve' }, '400 eve is not a valid value for valid_principals'],
  [{ allowed_users: '' }, {}, '400 role is not configured to allow any principals'],
  [{ max_ttl: '1h' }, { ttl: '10h' }, '400 ttl is larger than maximum allowed 3600'],
  [{}, { extensions: { x: '' } }, '400 extensions [x] are not on allowed list'],
  [{ allowed_critical_options: 'y' }, { critical_options: { x: '' } }, '400 critical options not on allowed list: [x]'],
  [
    { allowed_user_key_lengths: { rsa: 2048 } }, {},
    '400 public_key failed to meet the key requirements: key of type ed25519 is not allowed'
  ],
  [
    { allowed_user_key_lengths: { ec: 256 } }, { public_key: KEYS['P-384'].publicKey },
    '400 public_key failed to meet the key requirements: key is of an invalid size: 384'
  ],
  [HOST, { cert_type: 'host', valid_principals: 'x.org' }, '400 x.org is not a valid value for valid_principals'],
  [
    { ...HOST, allow_bare_domains: true }, { cert_type: 'host', valid_principals: 'a.x.org' },
    '400 a.x.org is not a valid value for valid_principals'
  ],
  [
    { algorithm_signer: 'rsa-sha2-256' }, {}, `500 ${oneError('failed to generate signed SSH key: sign error: ssh: ' +
    'unsupported signature algorithm "rsa-sha2-256" for key format "ssh-ed25519"')}`
  ]
]

for (const [role, request, refusal] of REFUSED) {
  t.test(`POST sign/:role with ${JSON.stringify(role)} refuses ${JSON.stringify(request).slice(0, 60)}`, async (t) => {
    t.equal(await (await withRole(t, role)).sign(request), refusal)
  })
}

const ALLOWED: readonly (readonly [role: object, request: object])[] = [
  [{ allowed_user_key_lengths: { ed25519: 0 } }, {}],
  [{ allowed_user_key_lengths: { 'ecdsa-sha2-nistp384': 1 } }, { public_key: KEYS['P-384'].publicKey }],
  [{ allowed_user_key_lengths: { 'ssh-rsa': [1024, 2048] } }, { public_key: KEYS.rsa.publicKey }],
  [{ ...HOST, allow_bare_domains: true }, { cert_type: 'host', valid_principals: 'x.org' }],
  [{ ...HOST, allow_subdomains: true }, { cert_type: 'host', valid_principals: 'a.b.y.org' }],
  [{ allowed_users: '*' }, { valid_principals: 'whoever' }]
]

for (const [role, request] of ALLOWED) {
  t.test(`POST sign/:role with ${JSON.stringify(role)} signs ${JSON.stringify(request).slice(0, 60)}`, async (t) => {
    t.match(await (await withRole(t, role)).sign(request), /-cert-v01@openssh\.com /)
  })
}

t.test('POST sign/:role takes life from the request, the role, the mount, in this order', async (t) => {
  const { sign, verdict } = await withRole(t, { ttl: '20m', not_before_duration: 0 })
  t.equal(read(await sign({ ttl: '10m' })).seconds, 600)
  t.equal(read(await sign()).seconds, 1200)
  await verdict('POST', 'ssh/roles/r', { ...CA, allowed_users: '*', not_before_duration: 0 })
  await verdict('POST', 'sys/mounts/ssh/tune', { default_lease_ttl: '5m' })
  t.equal(read(await sign({ valid_principals: 'a' })).seconds, 300)
})

t.test('POST sign/:role names a certificate after the token and the key, or as the role wants it', async (t) => {
  const { sign } = await withRole(t)
  t.match(read(await sign()).keyId, /^vault-token-[0-9a-f]{64}$/)
  const named = await withRole(t, { key_id_format: '{{role_name}}/{{token_display_name}}/{{other}}' })
  t.equal(read(await named.sign()).keyId, 'r/token/{{other}}')
})

t.test('POST sign/:role fills templates from the entity of the caller', async (t) => {
  const template = '{{identity.entity.name}}'
  const { send, data, sign } = await withRole(t, {
    allowed_users: `zed,${template}`,
    allowed_users_template: true,
    default_user: template,
    default_user_template: true,
    default_extensions: { plain: '1', 'who@x': template },
    default_extensions_template: true
  })
  const accessor = (await data('GET', 'sys/auth'))['token/'].accessor
  const { id } = await data('POST', 'identity/entity', { name: 'ann', policies: 'signer' })
  await send('POST', 'identity/entity-alias', { name: 'a', canonical_id: id, mount_accessor: accessor })
  await send('PUT', 'sys/policies/acl/signer', { policy: 'path "ssh/*" { capabilities = ["update"] }' })
  await send('POST', 'auth/token/roles/t', { allowed_entity_aliases: 'a' })
  const { body: { auth } } = await send('POST', 'auth/token/create/t', { entity_alias: 'a', policies: 'signer' })
  const token = { 'x-vault-token': auth.client_token }
  const { data: signed } = (await send('POST', 'ssh/sign/r', { public_key: KEYS.ed25519.publicKey }, token)).body
  t.match(read(signed.signed_key), { principals: ['ann'], extensions: ['plain', /1$/, 'who@x', /ann$/] })
  const { body } = await send('POST', 'ssh/sign/r', { public_key: KEYS.ed25519.publicKey, valid_principals: 'zed' })
  t.same(body.warnings, [DENIED_ENTITY])
  t.equal(read(await sign({ valid_principals: 'zed' })).extensions[0], 'plain')
})

t.test('POST sign/:role without principals: as each server has it', async (t) => {
  const answers = async (profile: NonNullable<ServerOptions['profile']>): Promise<string[]> => {
    const nobody = { default_user: '' }
    return await Promise.all([nobody, { ...nobody, allow_empty_principals: true }, { ...nobody, allowed_users: '*' }]
      .map(async (role) => (await (await withRole(t, role, { profile })).sign()).slice(0, 20)))
  }
  t.same(await answers('vault-1.14'), Array(3).fill('ssh-ed25519-cert-v01'))
  t.same(await answers('vault-1.21'), ['400 empty valid prin', 'ssh-ed25519-cert-v01', '400 empty valid prin'])
  t.same(await answers('openbao-2.5'), ['400 refusing to issu', 'ssh-ed25519-cert-v01', 'ssh-ed25519-cert-v01'])
})

t.test('POST sign/:role before there is a key', async (t) => {
  const { verdict } = await withRole(t)
  await verdict('DELETE', 'ssh/config/ca')
  t.equal(
    await verdict('POST', 'ssh/sign/r', { public_key: KEYS.rsa.publicKey }),
    `500 ${oneError('failed to read CA private key')}`
  )
  t.equal(await verdict('POST', 'ssh/sign/none', {}), '400 Unknown role: none')
})

t.test('POST issue/:role makes the key, too', async (t) => {
  const { data } = await withRole(t)
  const issued = await data('POST', 'ssh/issue/r', { key_type: 'ed25519' })
  t.match(issued, {
    private_key: /^-----BEGIN OPENSSH PRIVATE KEY-----\n/, private_key_type: 'ed25519', serial_number: /^[0-9a-f]{1,16}$/
  })
  t.same(read(issued.signed_key).principals, ['zed'])
})

const REFUSED_ISSUES: readonly (readonly [role: object, request: object, refusal: string])[] = [
  [{}, { key_type: 'x' }, `500 ${oneError('unknown ssh key pair algorithm: x')}`],
  [
    { allowed_user_key_lengths: { rsa: 2048 } }, { key_type: 'ed25519' },
    '400 provided key_type value not in allowed_user_key_types'
  ],
  [
    { allowed_user_key_lengths: { rsa: 2048 } }, { key_bits: 3072 },
    "400 provided key_bits value not in list of role's allowed_user_key_types"
  ],
  [{ key_type: 'otp' }, {}, "400 role key type 'otp' not allowed to issue key pairs"]
]

for (const [role, request, refusal] of REFUSED_ISSUES) {
  t.test(`POST issue/:role with ${JSON.stringify(role)} refuses ${JSON.stringify(request)}`, async (t) => {
    t.equal(await (await withRole(t, role)).verdict('POST', 'ssh/issue/r', request), refusal)
  })
}
