// What the entries of identity's own mount look like in a saved world. Entities and groups lie apart: they are the
// tokens' matter, too.
import { Type } from '@sinclair/typebox'
import { instant, oneOf, texts } from '../../sim/declared.js'
import { anyObject, formOf, text, whole, type PrefixForms } from '../../vault/entry-forms.js'
import {
  ALGORITHMS, type Assignment, type Grant, type NamedKey, type OidcClient, type OidcConfig, type OidcRole,
  type Provider, type Scope
} from './oidc/stored.js'

const algorithm = oneOf(...ALGORITHMS)

const NamedKeyForm = formOf<NamedKey>()(Type.Object({
  algorithm,
  rotationPeriodSeconds: whole,
  verificationTtlSeconds: whole,
  allowedClientIds: texts,
  nextRotationAtMs: instant,
  ring: Type.Array(Type.Object({ id: text, algorithm, jwk: anyObject, expiresAtMs: instant })),
  signingKeyId: text,
  nextKeyId: text
}))

const ClientForm = formOf<OidcClient>()(Type.Object({
  redirectUris: texts,
  assignments: texts,
  key: text,
  idTokenTtlSeconds: whole,
  accessTokenTtlSeconds: whole,
  type: oneOf('confidential', 'public'),
  clientId: text,
  clientSecret: text
}))

const GrantForm = formOf<Grant>()(Type.Object({
  provider: text,
  clientId: text,
  entityId: text,
  redirectUri: text,
  nonce: text,
  scopes: texts,
  authenticatedAtMs: instant,
  codeChallenge: text,
  codeChallengeMethod: oneOf('plain', 'S256'),
  expiresAtMs: instant
}))

export const identityForms: PrefixForms = [
  ['oidc/config/', formOf<OidcConfig>()(Type.Object({ issuer: text }))],
  ['oidc/key/', NamedKeyForm],
  ['oidc/role/', formOf<OidcRole>()(Type.Object({ key: text, template: text, ttlSeconds: whole, clientId: text }))],
  ['oidc/scope/', formOf<Scope>()(Type.Object({ template: text, description: text }))],
  ['oidc/assignment/', formOf<Assignment>()(Type.Object({ entityIds: texts, groupIds: texts }))],
  ['oidc/client/', ClientForm],
  ['oidc/provider/', formOf<Provider>()(Type.Object({ issuer: text, allowedClientIds: texts, scopesSupported: texts }))],
  ['oidc/grant/', GrantForm]
]
