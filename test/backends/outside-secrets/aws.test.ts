// aws: users of IAM, credentials of STS
import t from 'tap'
import { ANYTHING, withEngine } from './asking.js'

const ARN = 'arn:aws:iam::123456789012:role/app'

t.test('GET creds/:name makes a user with the life of config/lease, and deletes it with the lease', async (t) => {
  const { send, verdict, asked } = await withEngine(t, 'aws', ANYTHING)
  await send('POST', 'aws/config/root', { access_key: 'AKIA1', secret_key: 's' })
  await send('POST', 'aws/config/lease', { lease: '30m', lease_max: '12h' })
  await send('POST', 'aws/roles/user', { credential_type: 'iam_user', policy_arns: 'arn:x' })
  const { body } = await send('GET', 'aws/creds/user')
  t.match(body, {
    lease_duration: 1800,
    renewable: true,
    data: { access_key: /^AKIA[0-9A-Z]{16}$/, secret_key: /^[0-9A-Za-z]{40}$/, security_token: null }
  })
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: body.lease_id }), '204')
  t.match(asked(), [/^create the user vault-token-user-1704067200-\w{20}$/, /^delete the user vault-token-user-/])
})

t.test('POST sts/:name assumes a role that the role of Vault allows', async (t) => {
  const { send, verdict, asked } = await withEngine(t, 'aws', ANYTHING)
  await send('POST', 'aws/roles/app', { credential_type: 'assumed_role', role_arns: ARN, max_sts_ttl: '2h' })
  t.match((await send('POST', 'aws/sts/app', { ttl: '20m' })).body, {
    lease_duration: 1200, renewable: false, data: { access_key: /^ASIA/, arn: ARN, security_token: /^\w{356}$/, ttl: 1200 }
  })
  t.same(asked(), [`assume the role ${ARN}`])
  t.equal(
    await verdict('POST', 'aws/sts/app', { role_arn: 'arn:y' }),
    '400 role_arn "arn:y" not in allowed role arns for Vault role "app"'
  )
})

t.test('POST config/rotate-root replaces the key', async (t) => {
  const { send, data } = await withEngine(t, 'aws', ANYTHING)
  await send('POST', 'aws/config/root', { access_key: 'AKIA1', secret_key: 's' })
  const { access_key: key } = await data('POST', 'aws/config/rotate-root')
  t.match(key, /^AKIA\w{16}$/)
  t.equal((await data('GET', 'aws/config/root')).access_key, key)
})

const REFUSED: readonly (readonly [object, string])[] = [
  [{}, 'did not supply credential_type'],
  [{ credential_type: 'x' }, 'unrecognized credential type: x'],
  [{ credential_type: 'assumed_role', user_path: '/a/' }, 'user_path parameter only valid for iam_user credential type']
]

for (const [role, problem] of REFUSED) {
  t.test(`POST roles/:name refuses ${JSON.stringify(role)}`, async (t) => {
    t.equal(
      await (await withEngine(t, 'aws')).verdict('POST', 'aws/roles/x', role),
      `400 error(s) validating supplied role data: "1 error occurred:\\n\\t* ${problem}\\n\\n"`
    )
  })
}

t.test('policy documents are stored without blanks, and refused where they are none', async (t) => {
  const { send, data, verdict } = await withEngine(t, 'aws')
  const role = { credential_type: 'iam_user', policy_document: '{ "b": "x y", "a": [ ] }' }
  await send('POST', 'aws/roles/x', role)
  t.equal((await data('GET', 'aws/roles/x')).policy_document, '{"b":"x y","a":[]}')
  t.equal(await verdict('POST', 'aws/roles/y', { policy_document: '{' }), '400 cannot parse policy document: "{"')
})
