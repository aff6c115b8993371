// What the token parameters of roles and users look like in a saved world.
import { Type } from '@sinclair/typebox'
import { texts } from '../sim/declared.js'
import { formOf, text, whole, yesOrNo } from '../vault/entry-forms.js'
import type { TokenParameters } from '../vault/tokens/token-parameters.js'

export const tokenParametersForm = formOf<TokenParameters>()(Type.Object({
  boundCidrs: texts,
  explicitMaxTtlSeconds: whole,
  maxTtlSeconds: whole,
  noDefaultPolicy: yesOrNo,
  numUses: whole,
  periodSeconds: whole,
  policies: texts,
  strictlyBindIp: yesOrNo,
  ttlSeconds: whole,
  tokenType: text
}))
