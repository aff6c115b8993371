// What the entries of a saved world's storage must look like, where the program relies on it: area by area.
import { Type } from '@sinclair/typebox'
import { Check } from '@sinclair/typebox/value'
import type { Failures } from '../backends/user-lockout.js'
import type { AuditedHeader } from '../backends/system/stored.js'
import { problemsIn, type FormProblem } from '../json/form-problems.js'
import { instant, oneOf, texts } from '../sim/declared.js'
import type { AuditDevice } from '../vault/audit-devices.js'
import type { CorsConfig } from '../vault/cors-config.js'
import type { Alias, Entity } from '../vault/identity.js'
import type { Group } from '../vault/identity-groups.js'
import type { MfaAttempts, MfaEnforcement, MfaMethod } from '../vault/login-mfa.js'
import type { Migration } from '../vault/mounts/mount-changes.js'
import { allTypes } from '../vault/mounts/mount-types.js'
import type { StoredPasswordPolicy } from '../vault/policies/password-policies.js'
import type { Namespace } from '../vault/namespaces/namespaces.js'
import type { QuotaConfig, RateLimit } from '../vault/quotas.js'
import type { SecretLease } from '../vault/stored.js'
import type { WrappingKey } from '../vault/wrapping/wrapping-jwt.js'
import { anyObject, formOf, orNull, text, whole, yesOrNo, type PrefixForms } from '../vault/entry-forms.js'
import { OWN_FORMS } from './own-forms.js'
import { formBelowMount, mountForms, pathInNamespace, type MountForms } from './mount-forms.js'

const Token = Type.Object({
  id: text,
  accessor: text,
  type: Type.Union([Type.Literal('service'), Type.Literal('batch')], { description: 'service or batch' }),
  parent: text,
  policies: texts,
  path: text,
  displayName: text,
  meta: orNull(anyObject),
  numUses: whole,
  createdAtMs: instant,
  issuedAtMs: instant,
  expiresAtMs: instant,
  lastRenewalAtMs: instant,
  creationTtlSeconds: whole,
  explicitMaxTtlSeconds: whole,
  periodSeconds: whole,
  renewable: yesOrNo,
  orphan: yesOrNo,
  entityId: text,
  role: text,
  boundCidrs: texts
})

const Mount = Type.Object({
  path: Type.String({ pattern: '/$', description: 'with a slash at its end' }),
  table: Type.Union([Type.Literal('mounts'), Type.Literal('auth')], { description: 'mounts or auth' }),
  type: oneOf(...allTypes()),
  description: text,
  accessor: text,
  uuid: text,
  local: yesOrNo,
  sealWrap: yesOrNo,
  externalEntropyAccess: yesOrNo,
  options: orNull(anyObject),
  config: Type.Object({
    defaultLeaseTtlSeconds: whole,
    maxLeaseTtlSeconds: whole,
    forceNoCache: yesOrNo,
    listingVisibility: text,
    tokenType: text,
    lists: Type.Record(text, texts)
  })
})

const Lease = formOf<SecretLease>()(Type.Object({
  path: text,
  tokenId: text,
  internal: anyObject,
  issuedAtMs: instant,
  expiresAtMs: instant,
  lastRenewalAtMs: instant,
  renewable: yesOrNo,
  ttlSeconds: whole,
  maxTtlSeconds: whole,
  failedRevocations: whole,
  revocationError: Type.Optional(text)
}))

const Policy = Type.Object({ name: text, text, version: whole, casRequired: yesOrNo, modifiedAtMs: instant })

const TokenRole = Type.Object({
  name: text,
  allowedPolicies: texts,
  disallowedPolicies: texts,
  allowedPoliciesGlob: texts,
  disallowedPoliciesGlob: texts,
  allowedEntityAliases: orNull(texts),
  orphan: yesOrNo,
  renewable: yesOrNo,
  pathSuffix: text,
  periodSeconds: whole
})

const AliasForm = formOf<Alias>()(Type.Object({
  id: text,
  name: text,
  mountAccessor: text,
  mountType: text,
  mountPath: text,
  local: yesOrNo,
  createdAtMs: instant,
  updatedAtMs: Type.Optional(instant),
  metadata: Type.Optional(orNull(anyObject)),
  customMetadata: Type.Optional(orNull(anyObject)),
  mergedFromIds: Type.Optional(orNull(texts))
}))

/** A period divides. */
const makesCodes = {
  periodSeconds: Type.Integer({ minimum: 1, maximum: 2 ** 63 }),
  algorithm: oneOf('SHA1', 'SHA256', 'SHA512'),
  digits: Type.Union([Type.Literal(6), Type.Literal(8)], { description: '6 or 8' }),
  skew: Type.Union([Type.Literal(0), Type.Literal(1)], { description: '0 or 1' })
}

const MfaSecretForm = Type.Object({ ...makesCodes, secret: Type.String({ pattern: '^[A-Z2-7]+$', description: 'base32' }) })

const EntityForm = formOf<Entity>()(Type.Object({
  id: text,
  name: text,
  policies: texts,
  metadata: orNull(anyObject),
  disabled: yesOrNo,
  aliases: Type.Array(AliasForm),
  createdAtMs: instant,
  updatedAtMs: instant,
  mfaSecrets: Type.Optional(Type.Record(text, MfaSecretForm)),
  mergedIds: Type.Optional(orNull(texts))
}))

const MfaMethodForm = formOf<MfaMethod>()(Type.Object({
  ...makesCodes,
  id: text,
  name: text,
  issuer: text,
  keySizeBytes: whole,
  qrSizePixels: whole,
  maxValidationAttempts: whole
}))

const EnforcementForm = formOf<MfaEnforcement>()(Type.Object({
  id: text,
  name: text,
  methodIds: texts,
  authMethodAccessors: texts,
  authMethodTypes: texts,
  identityGroupIds: texts,
  identityEntityIds: texts
}))

const PendingLoginForm = Type.Object({
  spec: Type.Object({ policies: texts, path: text, displayName: text, entityId: text }),
  mountAccessor: text,
  mountType: text,
  warnings: texts,
  expiresAtMs: instant
})

const GroupForm = formOf<Group>()(Type.Object({
  id: text,
  name: text,
  type: oneOf('internal', 'external'),
  policies: orNull(texts),
  metadata: orNull(anyObject),
  memberEntityIds: orNull(texts),
  parentGroupIds: orNull(texts),
  alias: orNull(Type.Object({ id: text, name: text, mountAccessor: text, createdAtMs: instant, updatedAtMs: instant })),
  createdAtMs: instant,
  updatedAtMs: instant,
  modifyIndex: whole
}))

const PasswordPolicy = formOf<StoredPasswordPolicy>()(Type.Object({ text }))

const Device = formOf<AuditDevice>()(Type.Object({
  path: text,
  type: text,
  description: text,
  options: anyObject,
  local: yesOrNo,
  salt: text
}))

const RateLimits = Type.Record(text, formOf<RateLimit>()(Type.Object({
  name: text,
  path: text,
  inheritable: Type.Optional(yesOrNo),
  role: text,
  // a fraction is allowed, nothing is not: it divides
  rate: Type.Number({ exclusiveMinimum: 0, maximum: 2 ** 63 }),
  intervalSeconds: Type.Integer({ minimum: 1, maximum: 2 ** 63 }),
  blockIntervalSeconds: whole
})), { description: 'an object' })

const QuotaSettings = formOf<QuotaConfig>()(Type.Object({
  auditLogging: yesOrNo,
  responseHeaders: yesOrNo,
  exemptPaths: texts
}))

const Cors = formOf<CorsConfig>()(Type.Object({ allowedOrigins: texts, allowedHeaders: texts }))

const MigrationForm = formOf<Migration>()(Type.Object({
  sourceMount: text,
  targetMount: text,
  status: oneOf('in-progress', 'success', 'failure')
}))

const Wrapping = formOf<WrappingKey>()(Type.Object({
  kty: Type.Literal('EC'), crv: Type.Literal('P-521'), x: text, y: text, d: text
}))

const NamespaceForm = formOf<Namespace>()(Type.Object({
  id: text,
  uuid: text,
  path: Type.String({ pattern: '^(?:[^/]+/)+$', description: 'with a slash at its end, and none at its start' }),
  customMetadata: Type.Record(text, text, { description: 'texts' }),
  tainted: yesOrNo,
  unlockKey: text
}))

/** By the beginning of the paths. */
const FORMS: PrefixForms = [
  ...OWN_FORMS,
  ['local/token/', Token],
  ['own/replication-kept-tokens', Type.Array(Token)],
  ['local/lease/', Lease],
  ['replicated/mounts/', Mount],
  ['local/mounts/', Mount],
  ['replicated/auth/', Mount],
  ['local/auth/', Mount],
  ['replicated/policy/', Policy],
  ['replicated/password-policy/', PasswordPolicy],
  ['replicated/token-role/', TokenRole],
  ['replicated/identity/entity/', EntityForm],
  ['replicated/identity/entity-name/', text],
  ['replicated/identity/alias/', text],
  ['replicated/identity/entity-groups/', texts],
  ['replicated/identity/group/', GroupForm],
  ['replicated/identity/group-name/', text],
  ['replicated/identity/group-alias/', text],
  ['replicated/identity/group-alias-id/', text],
  ['replicated/identity/member-groups/', texts],
  ['replicated/identity/mfa-method/', MfaMethodForm],
  ['replicated/identity/mfa-enforcement/', EnforcementForm],
  ['local/mfa/login/', PendingLoginForm],
  ['local/mfa/used/', instant],
  ['local/mfa/attempts/', formOf<MfaAttempts>()(Type.Object({ count: whole, expiresAtMs: instant }))],
  ['replicated/audit/', Device],
  ['replicated/quotas/rate-limit', RateLimits],
  ['replicated/quotas/config', QuotaSettings],
  ['replicated/core/cors', Cors],
  ['replicated/core/namespace/', NamespaceForm],
  ['replicated/core/audited-header/', formOf<AuditedHeader>()(Type.Object({ hmac: yesOrNo }))],
  ['replicated/core/ui-header/', texts],
  ['local/lockout/', formOf<Failures>()(Type.Object({ count: whole, lastAtMs: instant, forgottenAtMs: instant }))],
  ['own/remount/', MigrationForm],
  ['own/wrapping-jwt-key', Wrapping],
  ['own/dr-operation-token', text]
]

/** When an entry ends: `0001700000000000/token/hvs.…` */
const DEADLINE = /^local\/expiry\/\d{16}\/[^/]+\/./
const DEADLINES = 'local/expiry/'

/** What is wrong with the entries of a storage, by path below `path`; undefined after each entry. */
export function * entryProblems (
  entries: Readonly<Record<string, unknown>>, path: string
): Generator<FormProblem | undefined> {
  const mounts = mountForms(entries)
  for (const key of Object.keys(entries)) {
    const problems = problemsOf(key, entries[key], mounts)
    for (const problem of problems) yield { ...problem, path: `${path}/${key}${problem.path}` }
    yield undefined
  }
}

function problemsOf (key: string, value: unknown, mounts: MountForms): readonly FormProblem[] {
  if (key.startsWith(DEADLINES) && !DEADLINE.test(key)) {
    return [{ path: '', expected: `a path such as ${DEADLINES}0001700000000000/token/ID`, found: JSON.stringify(key) }]
  }
  const path = pathInNamespace(key)
  const form = FORMS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? formBelowMount(path, mounts)
  return form === undefined || Check(form, value) ? [] : problemsIn(form, value)
}
