// What renews and re-issues is tried against: engines with short leases, and what the outside was asked.
import { execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { call } from './checks.js'

const run = promisify(execFile)

export const POLICY = ['database/*', 'pki/*', 'secret/*']
  .map((path) => `path "${path}" { capabilities = ["create", "read", "update"] }`).join('\n')

/** Templates of consul-template and of `vault agent`, by the files that they make. */
export const TEMPLATES = {
  user: '{{ with secret "database/creds/app" }}{{ .Data.username }}{{ end }}',
  rotated: '{{ with secret "database/static-creds/static" }}{{ .Data.password }}{{ end }}',
  certificate: '{{ with pkiCert "pki/issue/web" "common_name=a.example.com" }}{{ .Cert }}{{ end }}',
  secret: '{{ with secret "secret/data/app" }}{{ .Data.data.a }}{{ end }}'
}

/** Users for two seconds, five at most; certificates for five; a password that changes every five; AppRole. */
export async function setStage ({ url, token }) {
  const put = (path, body) => call(url, path, { method: 'POST', token, body })
  await put('sys/policies/acl/app', { policy: POLICY })
  await put('sys/auth/approle', { type: 'approle' })
  await put('auth/approle/role/app', { token_policies: 'app', token_ttl: '3s', token_max_ttl: '60s' })
  await put('sys/mounts/database', { type: 'database' })
  const database = { username: 'admin', password: 'secret', connection_url: 'postgresql://{{username}}:{{password}}@db.test/app' }
  await put('database/config/pg', { plugin_name: 'postgresql-database-plugin', allowed_roles: '*', ...database })
  await put('database/roles/app', {
    db_name: 'pg', default_ttl: '2s', max_ttl: '5s', creation_statements: 'CREATE ROLE "{{name}}"'
  })
  await put('database/static-roles/static', { db_name: 'pg', username: 'static', rotation_period: '5s' })
  await put('sys/mounts/pki', { type: 'pki' })
  await put('pki/root/generate/internal', { common_name: 'Root', key_type: 'ec', ttl: '1h' })
  await put('pki/roles/web', { allowed_domains: 'example.com', allow_subdomains: true, key_type: 'ec', ttl: '5s' })
  await put('secret/data/app', { data: { a: '1' } })
  return put
}

/** What databases were told to run about a user, one line each. */
export async function ranFor (url, user) {
  const answer = await fetch(`${url}/_mock/outside/calls?system=database`)
  const { calls } = await answer.json()
  return calls.flatMap(({ statements = [] }) => statements).filter((statement) => statement.includes(user))
}

/** @returns what was rendered into a file of a folder; empty before that */
export async function rendered (folder, name) {
  return await readFile(join(folder, name), 'utf8').catch(() => '')
}

/** The serial number of a certificate in PEM, as openssl prints it. */
export async function subjectOf (folder, name) {
  return (await run('openssl', ['x509', '-noout', '-subject', '-serial', '-in', join(folder, name)])).stdout
}

/** @returns what a program has said so far, and how to end it */
export function started (command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => lines.push(String(data)))
  const exit = new Promise((resolve) => child.on('close', resolve))
  return { lines, said: () => lines.join(''), end: async () => { child.kill('SIGINT'); return await exit } }
}
