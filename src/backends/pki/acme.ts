// pki/config/acme and pki/acme: the protocol is never switched on here.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#acme-certificate-issuance
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { stored, type PkiContext } from './stored.js'

const fields = Type.Object({
  enabled: field.bool({ description: 'Whether ACME is answered.' }),
  allowed_issuers: field.stringList({ description: 'Issuers that may be asked.' }),
  allowed_roles: field.stringList({ description: 'Roles that may be asked for.' }),
  allow_role_ext_key_usage: field.bool({ description: "Whether the role's extended key usages count." }),
  default_directory_policy: field.string({ description: 'What goes where no role is named.' }),
  dns_resolver: field.string({ description: 'Where names are looked up.' }),
  eab_policy: field.string({ description: 'Who needs an account from elsewhere.' }),
  max_ttl: field.durationSeconds({ description: 'Longest life (from 1.17).' })
})

const DEFAULTS = {
  allow_role_ext_key_usage: false,
  allowed_issuers: ['*'],
  allowed_roles: ['*'],
  default_directory_policy: 'sign-verbatim',
  dns_resolver: '',
  eab_policy: 'not-required',
  enabled: false,
  max_ttl: 90 * 24 * 3600
}

/** Switched off, ACME answers everything like this. */
const absent = (path: string): PathDefinition => definePath({
  path,
  summary: 'ACME, which is switched off.',
  fields: Type.Object({}),
  unauthenticated: true,
  checked: false,
  operations: { read: notThere, update: notThere, header: notThere }
})

export const acmePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({
    path: 'config/acme',
    summary: 'Who may ask for certificates by ACME.',
    fields,
    operations: { read: (call) => shown(call), update: configure }
  }),
  absent('acme/*path'),
  absent('roles/:role/acme/*path'),
  absent('issuer/:issuer_ref/acme/*path'),
  absent('issuer/:issuer_ref/roles/:role/acme/*path')
])

function shown (call: PkiContext): LogicalResponse {
  const { max_ttl: maxTtl, ...config } = { ...DEFAULTS, ...stored.acme(call).value }
  return { data: goMap({ ...config, ...(call.cluster.profile.pkiAcmeMaxTtl ? { max_ttl: maxTtl } : {}) }) }
}

/** @throws NotSimulated where it is to be switched on */
function configure (call: Call<Static<typeof fields>>): LogicalResponse {
  if (call.fields.enabled === true) throw new NotSimulated('ACME in the "pki" secrets engine')
  stored.acme(call).put(goMap({ ...DEFAULTS, ...stored.acme(call).value, ...call.fields }))
  return shown(call)
}

function notThere (): LogicalResponse {
  return { status: { code: 404, body: 'empty' } }
}
