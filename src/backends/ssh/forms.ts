// What the entries of an SSH mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { texts } from '../../sim/declared.js'
import { formOf, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Authority, CaRole, OneTimePassword, OtpRole } from './stored.js'

const Otp = formOf<OtpRole>()(Type.Object({
  keyType: Type.Literal('otp'),
  defaultUser: text,
  cidrList: text,
  excludeCidrList: text,
  allowedUsers: text,
  port: whole
}))

const valuesByName = Type.Record(text, text, { description: 'an object of texts' })

const Ca = formOf<CaRole>()(Type.Object({
  keyType: Type.Literal('ca'),
  algorithmSigner: text,
  allowBareDomains: yesOrNo,
  allowEmptyPrincipals: yesOrNo,
  allowHostCertificates: yesOrNo,
  allowSubdomains: yesOrNo,
  allowUserCertificates: yesOrNo,
  allowUserKeyIds: yesOrNo,
  allowedCriticalOptions: text,
  allowedDomains: text,
  allowedDomainsTemplate: yesOrNo,
  allowedExtensions: text,
  allowedUserKeyLengths: Type.Record(text, Type.Array(whole), { description: 'lists of numbers' }),
  allowedUsers: text,
  allowedUsersTemplate: yesOrNo,
  defaultCriticalOptions: valuesByName,
  defaultExtensions: valuesByName,
  defaultExtensionsTemplate: yesOrNo,
  defaultUser: text,
  defaultUserTemplate: yesOrNo,
  issuerRef: text,
  keyIdFormat: text,
  maxTtlSeconds: whole,
  notBeforeSeconds: whole,
  ttlSeconds: whole
}))

const AuthorityForm = formOf<Authority>()(Type.Object({ name: text, publicKey: text, privateKey: text }))

const Password = formOf<OneTimePassword>()(Type.Object({ ip: text, username: text, roleName: text }))

export const sshForms: PrefixForms = [
  ['roles/', Type.Union([Otp, Ca], { description: 'a role of one-time passwords or of certificates' })],
  ['authority/', AuthorityForm],
  ['config/default-authority', text],
  ['config/zeroaddress', texts],
  ['otp/', Password]
]
