// ssh/config/zeroaddress: roles whose passwords may be for any address.
// https://developer.hashicorp.com/vault/api-docs/secret/ssh#configure-zero-address
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { storedRoles, zeroAddressRoles } from './stored.js'

const fields = Type.Object({
  roles: field.stringList({
    default: [],
    description: '[Required] Comma separated list of role names which allows credentials to be requested for any IP ' +
      'address. CIDR blocks previously registered under these roles will be ignored.'
  })
})

export const zeroAddressPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/ssh',
  path: 'config/zeroaddress',
  summary: 'Assign zero address as default CIDR block for select roles.',
  fields,
  operations: { read, update: write, delete: (call) => { zeroAddressRoles(call).delete() } }
})

function read (call: Call<unknown>): LogicalResponse | undefined {
  const roles = zeroAddressRoles(call).value
  return roles && { data: goMap({ roles }) }
}

function write (call: Call<Static<typeof fields>>): undefined {
  const { roles } = call.fields
  if (roles.length === 0) throw invalid('Missing roles')
  const unknown = roles.find((name) => !storedRoles(call).has(name))
  if (unknown !== undefined) throw invalid(`Role ${JSON.stringify(unknown)} does not exist`)
  zeroAddressRoles(call).put(roles)
}
