// What the entries of a TOTP mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { instant, oneOf } from '../../sim/declared.js'
import { formOf, text, type PrefixForms } from '../../vault/entry-forms.js'
import type { TotpKey } from './stored-keys.js'

const Key = formOf<TotpKey>()(Type.Object({
  secret: Type.String({ pattern: '^[A-Za-z2-7\\r\\n]+=*$', description: 'base32' }),
  issuer: text,
  accountName: text,
  periodSeconds: Type.Integer({ minimum: 1, maximum: 2 ** 63 }),
  algorithm: oneOf('SHA1', 'SHA256', 'SHA512'),
  digits: Type.Union([Type.Literal(6), Type.Literal(8)], { description: '6 or 8' }),
  skew: Type.Union([Type.Literal(0), Type.Literal(1)], { description: '0 or 1' })
}))

export const totpForms: PrefixForms = [['key/', Key], ['used/', instant]]
