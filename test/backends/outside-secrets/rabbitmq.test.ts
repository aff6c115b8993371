// rabbitmq: users of RabbitMQ
import t from 'tap'
import { oneError } from '../../vault-server.js'
import { ANYTHING, withEngine } from './asking.js'

const CONNECTION = { connection_uri: 'http://127.0.0.1:1', username: 'u', password: 'p' }
const ROLE = {
  tags: 'management',
  vhosts: '{"/":{"configure":".*","write":".*","read":".*"}}',
  vhost_topics: '{"/":{"amq.topic":{"write":".*","read":".*"}}}'
}

t.test('GET creds/:name makes a user, whom the end of the lease deletes', async (t) => {
  const { send, verdict, asked } = await withEngine(t, 'rabbitmq', ANYTHING)
  t.equal(await verdict('POST', 'rabbitmq/config/connection', CONNECTION), '204')
  await send('POST', 'rabbitmq/config/lease', { ttl: 1800, max_ttl: '1h' })
  await send('POST', 'rabbitmq/roles/app', ROLE)
  const { body } = await send('GET', 'rabbitmq/creds/app')
  t.match(body, {
    lease_duration: 1800, renewable: true, data: { password: /^[0-9A-Za-z]{36}$/, username: /^token-[0-9a-f-]{36}$/ }
  })
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: body.lease_id }), '204')
  const { username } = body.data
  t.same(asked(), [
    'list users',
    `create the user ${username} with the tags management`,
    `permit ${username} in /`,
    `permit ${username} topics in /`,
    `delete the user ${username}`
  ])
})

t.test('passwords follow the policy that the connection names', async (t) => {
  const { send, data } = await withEngine(t, 'rabbitmq', ANYTHING)
  const policy = 'length = 12\nrule "charset" { charset = "ab" }'
  await send('PUT', 'sys/policies/password/ab', { policy })
  await send('POST', 'rabbitmq/config/connection', { ...CONNECTION, password_policy: 'ab' })
  await send('POST', 'rabbitmq/roles/app', ROLE)
  t.match((await data('GET', 'rabbitmq/creds/app')).password, /^[ab]{12}$/)
})

t.test('where nobody answers, the connection is not taken, and there are no credentials', async (t) => {
  const { send, verdict } = await withEngine(t, 'rabbitmq')
  const text = 'failed to validate the connection: Get "http://127.0.0.1:1/api/users/": ' +
    'dial tcp 127.0.0.1:1: connect: connection refused'
  t.equal(await verdict('POST', 'rabbitmq/config/connection', CONNECTION), `500 ${oneError(text)}`)
  await send('POST', 'rabbitmq/config/connection', { ...CONNECTION, verify_connection: false })
  await send('POST', 'rabbitmq/roles/app', ROLE)
  const none = 'failed to create a new user with the generated credentials'
  t.equal(await verdict('GET', 'rabbitmq/creds/app'), `500 ${oneError(none)}`)
  t.equal(await verdict('GET', 'rabbitmq/creds/none'), '400 unknown role: none')
})

t.test('POST roles/:name refuses what is no role', async (t) => {
  const { verdict } = await withEngine(t, 'rabbitmq')
  t.equal(await verdict('POST', 'rabbitmq/roles/x', {}), '400 both tags and vhosts not specified')
  t.equal(await verdict('POST', 'rabbitmq/roles/x', { vhosts: '{' }), '400 failed to unmarshal vhosts: unexpected EOF')
})
