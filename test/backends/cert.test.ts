// cert: the certificate of the connection logs in, if a trusted one vouches for it.
import { request } from 'node:https'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../src/http/certificates.js'
import { createCluster } from '../../src/index.js'

const mine = makeCertificates({ host: 'client.test', nowMs: Date.now() })
const others = makeCertificates({ host: 'client.test', nowMs: Date.now() })

async function mounted (t: Test, role: object = {}) {
  const cluster = await createCluster({ nodes: 1, tls: true, rootToken: 'root' })
  t.teardown(async () => { await cluster.close() })
  const send = async (path: string, body: object, shown?: { readonly certPem: string, readonly keyPem: string }) => {
    const options = {
      method: 'POST',
      headers: { 'X-Vault-Token': shown === undefined ? 'root' : '' },
      rejectUnauthorized: false,
      agent: false,
      ...(shown !== undefined && { cert: shown.certPem, key: shown.keyPem })
    } as const
    return await new Promise<{ readonly status: number | undefined, readonly body: any }>((resolve, reject) => {
      request(`${cluster.nodes[0]?.url}/v1/${path}`, options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) })
        })
      }).on('error', reject).end(JSON.stringify(body))
    })
  }
  await send('sys/auth/cert', { type: 'cert' })
  await send('auth/cert/certs/web', { certificate: mine.caPem, token_policies: 'web', ...role })
  return send
}

t.test('a certificate of a trusted authority', async (t) => {
  const send = await mounted(t)
  const { body: { auth } } = await send('auth/cert/login', {}, mine)
  t.match(auth, { policies: ['default', 'web'], metadata: { cert_name: 'web', common_name: 'client.test', serial_number: /^\d+$/ } })
  const stranger = await send('auth/cert/login', {}, others)
  t.match(stranger.body.errors, [/^invalid certificate or no client certificate supplied/])
  t.match((await send('auth/cert/login', {})).body.errors, ['client certificate must be supplied'])
})

t.test('a certificate that is trusted itself', async (t) => {
  const send = await mounted(t, { certificate: mine.certPem })
  t.equal((await send('auth/cert/login', { name: 'web' }, mine)).status, 200)
  t.equal((await send('auth/cert/login', { name: 'other' }, mine)).status, 400)
})

t.test('limits of the role', async (t) => {
  const limits: [object, number][] = [
    [{ allowed_common_names: '*.test' }, 200],
    [{ allowed_common_names: 'x' }, 400],
    [{ allowed_dns_sans: 'client.*' }, 200],
    [{ allowed_names: 'x,local*' }, 200],
    [{ allowed_organizational_units: 'x' }, 400],
    [{ required_extensions: '1.2.3:*' }, 400]
  ]
  for (const [role, status] of limits) {
    const send = await mounted(t, role)
    t.equal((await send('auth/cert/login', {}, mine)).status, status, JSON.stringify(role))
  }
})
