// aws, gcp and azure: what a cloud says of those who log in. Texts: recording `outside-auth`.
import t, { type Test } from 'tap'
import type { OutsideOptions } from '../../src/index.js'
import { NEW_YEAR, NO_TOKEN, vault } from '../vault-server.js'
import { issuer } from './jwt/issuer.js'

const NOW = NEW_YEAR.startAtMs / 1000

async function mounted (t: Test, type: string, outside: OutsideOptions) {
  const server = vault(t, { ...NEW_YEAR, outside })
  await server.send('POST', `sys/auth/${type}`, { type })
  const login = async (body: object) => await server.send('POST', `auth/${type}/login`, body, NO_TOKEN)
  return { ...server, login }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function signed (key: string, headers: object = {}) {
  const signature = 'SignedHeaders=host;x-vault-aws-iam-server-id'
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20240101/us-east-1/sts/aws4_request, ${signature}`
  return {
    role: 'app',
    iam_http_request_method: 'POST',
    iam_request_url: base64('https://sts.amazonaws.com/'),
    iam_request_body: base64('Action=GetCallerIdentity&Version=2011-06-15'),
    iam_request_headers: base64(JSON.stringify({ Authorization: [authorization], ...headers }))
  }
}

t.test('aws: whose key has signed is somebody whom the role names', async (t) => {
  const arn = 'arn:aws:sts::123456789012:assumed-role/app/i-1'
  const identities = { AKIA1: { arn, userId: 'AROA1:i-1' }, AKIA2: { arn: 'arn:aws:iam::1:user/eve' } }
  const { login, send, server } = await mounted(t, 'aws', { aws: { '*': { identities } } })
  await send('POST', 'auth/aws/config/client', { iam_server_id_header_value: 'vault.test' })
  await send('POST', 'auth/aws/role/app', { bound_iam_principal_arn: 'arn:aws:iam::123456789012:role/app', token_policies: 'x' })
  const header = { 'X-Vault-AWS-IAM-Server-ID': ['vault.test'] }
  const { body: { auth } } = await login(signed('AKIA1', header))
  t.match(auth, { policies: ['default', 'x'], metadata: { account_id: '123456789012', auth_type: 'iam' } })
  t.match((await login(signed('AKIA2', header))).body.errors, [/^IAM Principal "arn:aws:iam::1:user\/eve" does not belong/])
  t.match((await login(signed('AKIA3', header))).body.errors, [/received error code 403 from STS/])
  t.match((await login(signed('AKIA1', { 'X-Vault-AWS-IAM-Server-ID': 'x' }))).body.errors, [/expected "vault.test" but got "x"/])
  server.controls.outside.set('anything')
  t.equal((await login(signed('AKIA3', header))).status, 200)
})

t.test('gcp: service accounts sign tokens for the role', async (t) => {
  const { jwk, sign } = await issuer()
  const email = 'app@acme.iam.gserviceaccount.com'
  const outside = { gcp: { '*': { serviceAccounts: { [email]: { id: '7', keys: [{ ...jwk }] } } } } }
  const { login, send } = await mounted(t, 'gcp', outside)
  await send('POST', 'auth/gcp/role/app', { type: 'iam', bound_service_accounts: email, token_policies: 'x' })
  const claims = { sub: email, aud: 'vault/app', exp: NOW + 600 }
  const { body: { auth } } = await login({ role: 'app', jwt: await sign(claims) })
  t.match(auth, { policies: ['default', 'x'], metadata: { service_account_email: email, project_id: 'acme' } })
  t.match((await login({ role: 'app', jwt: await sign({ ...claims, exp: NOW + 6000 }) })).body.errors, [/expire within 900 seconds/])
  const stranger = await issuer()
  t.equal((await login({ role: 'app', jwt: await stranger.sign(claims) })).status, 400)
  t.match((await login({ role: 'app', jwt: await sign({ ...claims, sub: 'other@x' }) })).body.errors, [/Could not find service account/])
})

t.test('azure: tokens of the tenant, for the resource, of the bound subscription', async (t) => {
  const { jwk, sign } = await issuer()
  const outside = { azure: { 'https://login.microsoftonline.com/t1': { keys: [{ ...jwk }] } } }
  const { login, send } = await mounted(t, 'azure', outside)
  await send('POST', 'auth/azure/config', { tenant_id: 't1', resource: 'https://vault.test' })
  await send('POST', 'auth/azure/role/app', { bound_subscription_ids: 's1', token_policies: 'x' })
  const jwt = await sign({ iss: 'https://sts.windows.net/t1/', aud: 'https://vault.test', oid: 'o1', sub: 'o1', iat: NOW, exp: NOW + 60 })
  const { body: { auth } } = await login({ role: 'app', jwt, subscription_id: 's1', vm_name: 'vm' })
  t.match(auth, { policies: ['default', 'x'], metadata: { subscription_id: 's1', vm_name: 'vm' } })
  t.match((await login({ role: 'app', jwt, subscription_id: 's2' })).body.errors, ['subscription not authorized'])
  const foreign = await sign({ iss: 'https://sts.windows.net/t2/', aud: 'https://vault.test', exp: NOW + 60 })
  t.match((await login({ role: 'app', jwt: foreign, subscription_id: 's1' })).body.errors, [/invalid issuer/])
})

t.test('aws: metadata and aliases are of those there are', async (t) => {
  const { send, verdict } = await mounted(t, 'aws', 'nothing')
  const write = async (body: object) => await verdict('POST', 'auth/aws/config/identity', body)
  t.match(await write({ iam_metadata: 'nope' }), /^400 "nope" contains an unavailable field, please select from "account_id, auth_type, /)
  t.match(await write({ ec2_metadata: 'default,region' }), /^400 \["default" "region"\] contains default/)
  t.equal(
    await write({ iam_alias: 'x' }),
    '400 iam_alias of "x" not in set of allowed values: [role_id unique_id full_arn canonical_arn]'
  )
  t.equal(await write({ iam_metadata: 'auth_type,client_arn', ec2_metadata: 'default' }), '204')
  t.match((await send('GET', 'auth/aws/config/identity')).body.data, {
    iam_metadata: ['auth_type', 'client_arn'], ec2_metadata: ['account_id', 'auth_type']
  })
})

t.test('aws: what is told of instances and other accounts is kept and shown', async (t) => {
  const { data, verdict } = await mounted(t, 'aws', 'nothing')
  t.equal(await verdict('POST', 'auth/aws/config/sts/1', {}), '400 missing sts role')
  t.equal(await verdict('POST', 'auth/aws/config/sts/1', { sts_role: 'arn:x' }), '204')
  t.same(await data('GET', 'auth/aws/config/sts/1'), { sts_role: 'arn:x' })
  t.same(await data('LIST', 'auth/aws/config/sts'), { keys: ['1'] })
  const certificate = async (body: object) => await verdict('POST', 'auth/aws/config/certificate/mine', body)
  t.equal(await certificate({ type: 'x' }), '400 invalid certificate type "x"')
  t.equal(await certificate({}), '400 missing aws_public_cert')
  const pem = '-----BEGIN CERTIFICATE-----\n'
  t.equal(await certificate({ aws_public_cert: base64(pem), type: 'Identity' }), '204')
  t.same(await data('GET', 'auth/aws/config/certificate/mine'), { aws_public_cert: pem, type: 'identity' })
  t.same(await data('LIST', 'auth/aws/config/certificates'), { keys: ['mine'] })
  t.equal(await verdict('POST', 'auth/aws/config/tidy/roletag-denylist', { disable_periodic_tidy: true }), '204')
  t.same(await data('GET', 'auth/aws/config/tidy/roletag-denylist'), { disable_periodic_tidy: true, safety_buffer: 15552000 })
  t.equal(await verdict('DELETE', 'auth/aws/config/tidy/roletag-denylist'), '204')
  t.equal(await verdict('GET', 'auth/aws/config/tidy/roletag-denylist'), '404')
})

t.test('gcp: of the credentials all but the key is shown', async (t) => {
  const { data, verdict } = await mounted(t, 'gcp', 'nothing')
  const write = async (credentials: unknown) => await verdict('POST', 'auth/gcp/config', { credentials })
  t.match(await write('no JSON'), /^400 failed to read credentials: invalid character/)
  t.equal(await write('{}'), '400 missing private key in credentials')
  const known = { client_email: 'a@b', private_key_id: 'k1', project_id: 'acme' }
  t.equal(await write(JSON.stringify({ ...known, private_key: 'secret' })), '204')
  const shown = await data('GET', 'auth/gcp/config')
  t.match(shown, known)
  t.notOk('credentials' in shown || 'private_key' in shown)
})

t.test('gcp: what roles are bound to is added and taken away', async (t) => {
  const { data, verdict, login } = await mounted(t, 'gcp', 'nothing')
  await verdict('POST', 'auth/gcp/role/app', { type: 'iam', bound_service_accounts: 'a@x' })
  await verdict('POST', 'auth/gcp/role/vm', { type: 'gce', bound_zones: 'z', bound_labels: 'env:dev' })
  const accounts = async (body: object) => await verdict('POST', 'auth/gcp/role/app/service-accounts', body)
  t.equal(await accounts({ add: 'b@x', remove: 'a@x' }), '200')
  t.same((await data('GET', 'auth/gcp/role/app')).bound_service_accounts, ['b@x'])
  t.equal(await accounts({}), '400 must provide at least one value to add or remove')
  t.equal(await accounts({ remove: 'b@x' }), '400 IAM role type must have at least one service account')
  t.equal(await verdict('POST', 'auth/gcp/role/VM/labels', { add: 'team:x', remove: 'env' }), '200')
  t.match(await data('GET', 'auth/gcp/role/vm'), { type: 'gce', bound_zones: ['z'], bound_labels: { team: 'x' } })
  await verdict('POST', 'auth/gcp/role/vm', { type: 'gce', project_id: 'acme' })
  t.match(await data('GET', 'auth/gcp/role/vm'), { bound_projects: ['acme'] }, 'an older name')
  t.match(await verdict('POST', 'auth/gcp/role/vm/service-accounts', { add: 'b@x' }), /^400 role is type 'gce', cannot edit/)
  t.equal(await verdict('POST', 'auth/gcp/role/vm/labels', { add: 'x' }), '400 given invalid labels to add: ["x"]')
  t.match((await login({ role: 'vm', jwt: 'x' })).body.errors, [/^vault-mock does not simulate logins of instances/])
  t.equal(
    await verdict('POST', 'auth/gcp/role/bad', { type: 'gce', bound_instance_groups: 'g' }),
    '400 region or zone information must be specified if an instance group is given'
  )
})
