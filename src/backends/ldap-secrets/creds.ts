// ldap/creds: entries of the directory for as long as their leases last.
// https://developer.hashicorp.com/vault/api-docs/secret/ldap#dynamic-credentials
import { Type } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap, isObject } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseHandlers, type LogicalResponse, type MountCall } from '../../vault/paths.js'
import { filledIn } from '../database/usernames.js'
import { multiError } from '../../go/multierror.js'
import { newPassword, requireConfig } from './config.js'
import { refused, runRecords } from './directory.js'
import { parseLdif, type LdifRecord } from './ldif.js'
import { storedDynamicRoles, type DirectoryConfig, type LdapDynamicRole } from './stored.js'

const USERNAME_TEMPLATE = 'v_{{.DisplayName}}_{{.RoleName}}_{{random 10}}_{{unix_time}}'
/** What stands for the password where it is shown to whoever looks. */
const HIDDEN = '{{password}}'

/** What LDIF may name. */
export interface TemplateData extends Readonly<Record<string, string>> {
  readonly Username: string
  readonly Password: string
  readonly DisplayName: string
  readonly RoleName: string
  readonly IssueTime: string
  readonly IssueTimeSeconds: string
  readonly ExpirationTime: string
  readonly ExpirationTimeSeconds: string
}

export const credsPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/ldap#dynamic-credentials',
  path: 'creds/:name',
  summary: 'Request LDAP credentials for a dynamic role.',
  fields: Type.Object({ name: field.lowerCaseString({ description: 'Name of the dynamic role.' }) }),
  operations: { read: create }
})

async function create (call: Call<unknown>): Promise<LogicalResponse | undefined> {
  const name = (call.params.name ?? '').toLowerCase()
  const role = storedDynamicRoles(call).get(name)
  if (role === undefined) return undefined
  const config = requireConfig(call, 'missing LDAP configuration')
  const data = templateData(call, name, role, newPassword(call, config))
  const dns = await createEntries(call, config, role, data)
  return {
    data: goMap({ distinguished_names: dns, password: data.Password, username: data.Username }),
    secret: {
      internal: goMap({ name, deletion_ldif: role.deletion, template_data: goMap({ ...data }) }),
      ttlSeconds: role.defaultTtlSeconds,
      maxTtlSeconds: role.maxTtlSeconds,
      renewable: true
    }
  }
}

function templateData (call: Call<unknown>, roleName: string, role: LdapDynamicRole, password: string): TemplateData {
  const expiresAtMs = call.nowMs + role.defaultTtlSeconds * 1000
  const displayName = call.token?.displayName ?? ''
  return {
    Username: usernameBy(call, role.usernameTemplate || USERNAME_TEMPLATE, displayName, roleName),
    Password: password,
    DisplayName: displayName,
    RoleName: roleName,
    IssueTime: timeText(call.nowMs),
    IssueTimeSeconds: String(Math.floor(call.nowMs / 1000)),
    ExpirationTime: timeText(expiresAtMs),
    ExpirationTimeSeconds: String(Math.floor(expiresAtMs / 1000))
  }
}

function usernameBy (call: Call<unknown>, template: string, displayName: string, roleName: string): string {
  try {
    return filledIn(template, { DisplayName: displayName, RoleName: roleName }, timesAndChance(call))
  } catch (error) {
    throw error instanceof GoError ? failure(`failed to generate username: ${error.message}`) : error
  }
}

function timeText (atMs: number): string {
  return rfc3339Nano(Math.floor(atMs / 1000) * 1000)
}

function timesAndChance ({ cluster, nowMs }: Pick<MountCall, 'cluster' | 'nowMs'>) {
  return { nowMs, random: cluster.random.stream('ldap') }
}

/** A creation that fails is rolled back, where the role says how. @returns the distinguished names */
async function createEntries (
  call: Call<unknown>, config: DirectoryConfig, { creation, rollback }: LdapDynamicRole, data: TemplateData
): Promise<string[]> {
  try {
    return await execute(call, config, { template: creation, data, asked: `create ${data.Username}`, goOn: false })
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    const refusal = `failed to create user: ${error.message}`
    if (rollback === '') throw failure(refusal)
    const again = { template: rollback, data, asked: `roll back ${data.Username}`, goOn: true }
    const refusals = await execute(call, config, again).then(() => [], (second: unknown) => {
      if (!(second instanceof GoError)) throw second
      return [`failed to roll back user creation: ${second.message}`]
    })
    throw refused(new GoError(multiError([refusal, ...refusals])))
  }
}

interface Execution {
  readonly template: string
  readonly data: TemplateData
  readonly asked: string
  readonly goOn: boolean
}

/** @throws {GoError} */
async function execute (
  call: MountCall, config: DirectoryConfig, { template, data, asked, goOn }: Execution
): Promise<string[]> {
  const records = recordsBy(call, template, data)
  const shown = textBy(call, template, { ...data, Password: HIDDEN })
  const statements = shown.split(/\n{2,}/).map((statement) => statement.trim()).filter((statement) => statement !== '')
  await runRecords(call, config, { asked, records, statements, password: data.Password, goOn })
  return records.map(({ dn }) => dn)
}

/** What LDIF becomes. @throws {GoError} for a template, or what it becomes, that is none */
export function recordsBy (
  call: Pick<MountCall, 'cluster' | 'nowMs'>, template: string, data: TemplateData,
  { refusedTemplate, refusedLdif } = {
    refusedTemplate: 'failed to apply template: ', refusedLdif: 'failed to parse generated LDIF: '
  }
): LdifRecord[] {
  const text = prefixed(refusedTemplate, () => textBy(call, template, data))
  return prefixed(refusedLdif, () => parseLdif(text))
}

function prefixed<T> (prefix: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof GoError ? new GoError(prefix + error.message) : error
  }
}

function textBy (call: Pick<MountCall, 'cluster' | 'nowMs'>, template: string, data: TemplateData): string {
  return filledIn(template, data, timesAndChance(call), {
    // each byte as a character, as Go's strings hold bytes
    utf16le: (text) => Buffer.from(String(text), 'utf16le').toString('latin1')
  })
}

export const ldapLeases: LeaseHandlers = {
  renew: (call) => {
    const role = storedDynamicRoles(call).get(String(call.lease.internal.name))
    if (role === undefined) throw failure('unable to renew: role does not exist')
    return { ttlSeconds: role.defaultTtlSeconds, maxTtlSeconds: role.maxTtlSeconds }
  },
  revoke: async (call) => {
    const config = requireConfig(call, 'missing LDAP configuration')
    const { deletion_ldif: template, template_data: kept } = call.lease.internal
    const data = keptData(isObject(kept) ? kept : {})
    try {
      await execute(call, config, { template: String(template), data, asked: `delete ${data.Username}`, goOn: true })
    } catch (error) {
      throw refused(error)
    }
  }
}

function keptData (kept: Readonly<Record<string, unknown>>): TemplateData {
  const textOf = (name: string): string => String(kept[name] ?? '')
  return {
    Username: textOf('Username'),
    Password: textOf('Password'),
    DisplayName: textOf('DisplayName'),
    RoleName: textOf('RoleName'),
    IssueTime: textOf('IssueTime'),
    IssueTimeSeconds: textOf('IssueTimeSeconds'),
    ExpirationTime: textOf('ExpirationTime'),
    ExpirationTimeSeconds: textOf('ExpirationTimeSeconds')
  }
}
