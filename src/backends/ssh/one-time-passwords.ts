// ssh/creds, ssh/verify and ssh/lookup: passwords that are good for one login on one machine.
// https://developer.hashicorp.com/vault/api-docs/secret/ssh#generate-ssh-credentials and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { canonicalIp, isCidr, isWithin } from '../../go/cidrs.js'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LeaseHandlers, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { explained } from './authorities.js'
import { hashOfPassword, storedPasswords, storedRoles, zeroAddressRoles, type OtpRole, type SshRole } from './stored.js'

/** What the agent on a machine asks, and hears, to see whether it reaches the server. */
const ECHO = { request: 'verify-echo-request', response: 'verify-echo-response' }
const NOT_OURS = 'IP does not belong to role'

const credsFields = Type.Object({
  role: field.string({ description: '[Required] Name of the role' }),
  username: field.string({ default: '', description: '[Optional] Username in remote host' }),
  ip: field.string({ default: '', description: '[Required] IP of the remote host' })
})
const verifyFields = Type.Object({
  otp: field.string({ default: '', description: '[Required] One-Time-Key that needs to be validated' })
})
const lookupFields = Type.Object({
  ip: field.string({ default: '', description: '[Required] IP address of remote host' })
})

type CredsCall = Call<Static<typeof credsFields>>

export const passwordPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/ssh', [
  definePath({
    path: 'creds/@role',
    summary: 'Creates a credential for establishing SSH connection with the remote host.',
    description: "The key is a One Time Password (OTP), for roles whose 'key_type' is 'otp'. It has a lease.",
    fields: credsFields,
    operations: { update: create }
  }),
  definePath({
    path: 'verify',
    summary: 'Validate the OTP provided by Vault SSH Agent.',
    description: 'It is called by the agent on the remote host; an OTP is deleted once it was validated.',
    fields: verifyFields,
    unauthenticated: true,
    operations: { update: verify }
  }),
  definePath({
    path: 'lookup',
    summary: 'List all the roles associated with the given IP address.',
    fields: lookupFields,
    operations: { update: lookup }
  }),
  definePath({
    source: { inferred: 'a real 1.21 answered so; the keys it looks for cannot be made any more' },
    path: 'tidy/dynamic-keys',
    summary: 'This endpoint removes the stored host keys used for the removed Dynamic Key feature, if present.',
    fields: Type.Object({}),
    operations: { delete: () => ({ data: goMap({ message: 'Removed 0 of 0 host keys.' }) }) }
  })
])

/** A password whose lease was revoked verifies nothing any more. */
export const passwordLeases: LeaseHandlers = {
  revoke: (call) => {
    const { hash } = call.lease.internal
    if (typeof hash === 'string') storedPasswords(call).delete(hash)
  }
}

/** @see recorded: `creds` and its refusals */
function create (call: CredsCall): LogicalResponse {
  const { role: roleName = '' } = call.params
  if (call.fields.ip === '') throw invalid('Missing ip')
  const role = storedRoles(call).get(roleName)
  if (role === undefined) throw invalid(`Role ${JSON.stringify(roleName)} not found`)
  const username = usernameFor(call, role)
  const ip = canonicalIp(call.fields.ip)
  if (ip === undefined) throw invalid(`Invalid IP ${JSON.stringify(call.fields.ip)}`)
  if (!isExempt(call, roleName)) explained('Error validating IP', () => { checkAddress(ip, role) })
  if (role.keyType !== 'otp') throw failure('key type unknown')
  const key = call.cluster.random.stream('ssh').uuid()
  const hash = hashOfPassword(key)
  storedPasswords(call).put(hash, { ip, username, roleName })
  return {
    data: goMap({ ip, key, key_type: role.keyType, port: role.port, username }),
    secret: { internal: goMap({ hash }), renewable: false }
  }
}

function usernameFor ({ fields }: CredsCall, { defaultUser, allowedUsers }: SshRole): string {
  const username = fields.username || defaultUser
  if (username === '') throw invalid("No default username registered. Use 'username' option")
  if (username === defaultUser || allowedUsers === '*') return username
  if (allowedUsers === '') {
    throw invalid('Username has to be either in allowed users list or has to be a default username')
  }
  if (allowedUsers.split(',').some((user) => user.trim() === username)) return username
  throw invalid('Username is not present is allowed users list')
}

function isExempt (call: Call<unknown>, roleName: string): boolean {
  return zeroAddressRoles(call).value?.includes(roleName) ?? false
}

/** @throws {GoError} */
function checkAddress (ip: string, role: SshRole): void {
  const { cidrList, excludeCidrList } = role.keyType === 'otp' ? role : { cidrList: '', excludeCidrList: '' }
  if (cidrList === '' || !isListed(ip, cidrList)) throw new GoError(NOT_OURS)
  if (excludeCidrList !== '' && isListed(ip, excludeCidrList)) throw new GoError(NOT_OURS)
}

/** @throws {GoError} `invalid CIDR entry " 10.0.0.0/8"`: roles are read more generously when they are written */
function isListed (ip: string, list: string): boolean {
  return list.split(',').some((network) => {
    if (!isCidr(network)) throw new GoError(`invalid CIDR entry ${JSON.stringify(network)}`)
    return isWithin(ip, [network])
  })
}

function verify (call: Call<Static<typeof verifyFields>>): LogicalResponse {
  const { otp } = call.fields
  if (otp === ECHO.request) return { data: goMap({ message: ECHO.response }) }
  const hash = hashOfPassword(otp)
  const password = storedPasswords(call).get(hash)
  if (password === undefined) throw invalid('OTP not found')
  storedPasswords(call).delete(hash)
  const { ip, username, roleName } = password
  return { data: goMap({ ip, role_name: roleName, username }) }
}

/** Networks that a role excludes are not looked at. @see recorded: `lookup` */
function lookup (call: Call<Static<typeof lookupFields>>): LogicalResponse {
  if (call.fields.ip === '') throw invalid('Missing ip')
  const ip = canonicalIp(call.fields.ip)
  if (ip === undefined) throw invalid('Invalid IP "<nil>"')
  const matching = [...storedRoles(call).entries()].filter(([, role]) => role.keyType === 'otp' && holds(role, ip))
  const roles = [...matching.map(([name]) => name), ...zeroAddressRoles(call).value ?? []]
  return { data: goMap({ roles: roles.length === 0 ? null : roles }) }
}

function holds ({ cidrList }: OtpRole, ip: string): boolean {
  try {
    return cidrList !== '' && isListed(ip, cidrList)
  } catch {
    return false
  }
}
