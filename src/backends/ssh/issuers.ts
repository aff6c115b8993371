// ssh/issuer, ssh/issuers and ssh/config/issuers: OpenBao's authorities, of which there can be several.
// https://openbao.org/api-docs/secret/ssh/
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { addAuthority, authorityOf, keyPairFrom, requireAuthority, type FoundAuthority } from './authorities.js'
import { keyFields } from './key-fields.js'
import { defaultAuthority, storedAuthorities, storedRoles } from './stored.js'

const NAME = /^\w(?:[\w.-]*\w)?$/
const inProfile = ({ sshIssuers }: Profile): boolean => sshIssuers

const issuerRef = field.string({
  description: "Issuer reference. It can be the issuer's unique identifier, or the optionally given name."
})
const issuerFields = Type.Object({ issuer_ref: issuerRef, issuer_name: field.string({ description: 'Issuer name.' }) })
const importFields = Type.Object({
  ...keyFields.properties,
  set_default: field.bool({
    default: false, description: 'If true, this issuer will be set as the default issuer for performing operations.'
  })
})
const defaultFields = Type.Object({
  default: field.string({ default: '', description: 'Reference (name or identifier) to the default issuer.' })
})

type IssuerCall = Call<Static<typeof issuerFields>>
type ImportCall = Call<Static<typeof importFields>>

export const issuerPaths = knownFrom('https://openbao.org/api-docs/secret/ssh/', [
  definePath({
    path: 'config/issuers',
    summary: 'Configure or read the default SSH certificate issuer.',
    fields: defaultFields,
    inProfile,
    operations: { read: readDefault, update: writeDefault }
  }),
  definePath({
    path: 'issuers',
    summary: 'Fetch a list of all issuers.',
    fields: Type.Object({}),
    inProfile,
    operations: { list }
  }),
  definePath({
    path: 'issuers/import',
    summary: 'Submit a new issuer with an optional explicit name.',
    fields: importFields,
    inProfile,
    operations: { update: importIssuer }
  }),
  definePath({
    path: 'issuers/import/:issuer_name',
    summary: 'Submit a new issuer with an optional explicit name.',
    fields: importFields,
    inProfile,
    operations: { update: importIssuer }
  }),
  definePath({
    path: 'issuer/:issuer_ref',
    summary: 'Fetch a single issuer.',
    fields: issuerFields,
    inProfile,
    operations: { read, update: rename, delete: remove }
  }),
  definePath({
    path: 'issuer/:issuer_ref/public_key',
    summary: 'Fetch a single issuer.',
    fields: Type.Object({ issuer_ref: issuerRef }),
    inProfile,
    unauthenticated: true,
    operations: { read: readPublicKey }
  })
])

function readDefault (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ default: defaultAuthority(call).value ?? '' }) }
}

function writeDefault (call: Call<Static<typeof defaultFields>>): LogicalResponse {
  const wanted = call.fields.default.trim()
  if (wanted === '' || wanted.toLowerCase() === 'default') {
    throw invalid("Invalid issuer specification; must be non-empty and can't be 'default'.")
  }
  const { id } = requireAuthority(call, wanted)
  defaultAuthority(call).put(id)
  return { data: goMap({ default: id }) }
}

/** @see recorded: `issuers` */
function list (call: Call<unknown>): LogicalResponse | undefined {
  const all = [...storedAuthorities(call).entries()]
  if (all.length === 0) return undefined
  const standard = defaultAuthority(call).value
  const info = all.map(([id, { name, publicKey }]) => {
    return [id, goMap({ is_default: id === standard, issuer_name: name, public_key: publicKey })]
  })
  return { data: goMap({ key_info: goMap(Object.fromEntries(info)), keys: all.map(([id]) => id) }) }
}

async function importIssuer (call: ImportCall): Promise<LogicalResponse> {
  const { publicKey, privateKey } = await keyPairFrom(call)
  const id = addAuthority(call, { publicKey, privateKey, name: checkIssuerName(call) })
  if (call.fields.set_default) defaultAuthority(call).put(id)
  return { data: renderIssuer(requireAuthority(call, id)) }
}

/**
 * The name that a request gives an issuer; empty where it gives none.
 *
 * @throws VaultError 400 where it is taken or cannot be one
 */
export function checkIssuerName (call: Call<{ readonly issuer_name?: string }>): string {
  const name = call.fields.issuer_name?.trim() ?? ''
  if (name === '') return ''
  if (name.toLowerCase() === 'default') throw invalid("reserved keyword 'default' can not be used as issuer name")
  if (!NAME.test(name)) throw invalid('issuer name contained invalid characters')
  if (authorityOf(call, name) !== undefined) throw invalid('issuer name already in use')
  return name
}

function read (call: IssuerCall): LogicalResponse {
  return { data: renderIssuer(found(call)) }
}

function found (call: Call<unknown>): FoundAuthority {
  return requireAuthority(call, call.params.issuer_ref ?? '')
}

/** An issuer may be given the name it has. @see recorded: `issuer name` */
function rename (call: IssuerCall): LogicalResponse {
  const { id, authority } = found(call)
  const wanted = call.fields.issuer_name?.trim()
  if (wanted === '') throw invalid('expected non-empty issuer name')
  if (wanted !== undefined && wanted === authority.name) return { data: renderIssuer({ id, authority }) }
  const renamed = { ...authority, name: checkIssuerName(call) }
  storedAuthorities(call).put(id, renamed)
  const warnings = referenceWarnings(call, authority.name)
  return { data: renderIssuer({ id, authority: renamed }), ...(warnings.length === 0 ? {} : { warnings }) }
}

/** What is not there is deleted as well. */
function remove (call: IssuerCall): LogicalResponse | undefined {
  const { issuer_ref: reference = '' } = call.params
  const standard = defaultAuthority(call).value
  const id = reference === 'default' ? standard : authorityOf(call, reference)?.id
  const authority = id === undefined ? undefined : storedAuthorities(call).get(id)
  if (id === undefined || authority === undefined) return { data: null }
  storedAuthorities(call).delete(id)
  const warnings = [authority.name, id].flatMap((name) => name === '' ? [] : referenceWarnings(call, name))
  if (id === standard) warnings.push(...removedDefault(call, id, reference))
  return warnings.length === 0 ? undefined : { data: null, warnings }
}

function removedDefault (call: IssuerCall, id: string, reference: string): string[] {
  defaultAuthority(call).put('')
  return [
    `Deleted issuer ${id} (via issuer_ref ${reference}); this was configured as the default issuer. ` +
    'Operations without an explicit issuer will not work until a new default is configured.',
    ...referenceWarnings(call, 'default')
  ]
}

/** OTP roles refer to an issuer without a name. */
function referenceWarnings (call: Call<unknown>, name: string): string[] {
  const roles = [...storedRoles(call).entries()]
  const users = roles.filter(([, role]) => (role.keyType === 'ca' ? role.issuerRef : '') === name)
  return users.length === 0 ? [] : [`${users.length} roles reference '${name}'`]
}

function readPublicKey (call: Call<unknown>): LogicalResponse {
  return { raw: { status: 200, contentType: 'text/plain', body: found(call).authority.publicKey } }
}

export function renderIssuer ({ id, authority }: FoundAuthority): JsonObject {
  return goMap({ issuer_id: id, issuer_name: authority.name, public_key: authority.publicKey })
}
