// What the entries of a saved world's storage must look like, where the program relies on it: area by area.
import { Type, type TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { problemsIn, type FormProblem } from '../json/form-problems.js'
import { instant, texts } from '../sim/declared.js'

const text = Type.String()
const yesOrNo = Type.Boolean()
const number = Type.Number()
const strings = texts
/** Keys are data. */
const anyObject = Type.Record(text, Type.Unknown(), { description: 'an object' })
const orNull = <T extends TSchema>(form: T) => Type.Union([form, Type.Null()], { description: 'an object or null' })

const Token = Type.Object({
  id: text,
  accessor: text,
  type: Type.Union([Type.Literal('service'), Type.Literal('batch')], { description: 'service or batch' }),
  parent: text,
  policies: strings,
  path: text,
  displayName: text,
  meta: orNull(anyObject),
  numUses: number,
  createdAtMs: instant,
  issuedAtMs: instant,
  expiresAtMs: instant,
  lastRenewalAtMs: instant,
  creationTtlSeconds: number,
  explicitMaxTtlSeconds: number,
  periodSeconds: number,
  renewable: yesOrNo,
  orphan: yesOrNo,
  entityId: text,
  role: text,
  boundCidrs: strings
})

const Mount = Type.Object({
  path: Type.String({ pattern: '/$', description: 'with a slash at its end' }),
  table: Type.Union([Type.Literal('mounts'), Type.Literal('auth')], { description: 'mounts or auth' }),
  type: text,
  description: text,
  accessor: text,
  uuid: text,
  local: yesOrNo,
  sealWrap: yesOrNo,
  externalEntropyAccess: yesOrNo,
  options: orNull(anyObject),
  config: Type.Object({
    defaultLeaseTtlSeconds: number,
    maxLeaseTtlSeconds: number,
    forceNoCache: yesOrNo,
    listingVisibility: text,
    tokenType: text,
    lists: Type.Record(text, strings)
  })
})

const Policy = Type.Object({ name: text, text, version: number, casRequired: yesOrNo, modifiedAtMs: instant })

const TokenRole = Type.Object({
  name: text,
  allowedPolicies: strings,
  disallowedPolicies: strings,
  allowedPoliciesGlob: strings,
  disallowedPoliciesGlob: strings,
  allowedEntityAliases: orNull(strings),
  orphan: yesOrNo,
  renewable: yesOrNo,
  pathSuffix: text,
  periodSeconds: number
})

/** By the beginning of the paths. */
const FORMS: readonly (readonly [prefix: string, form: TSchema])[] = [
  ['local/token/', Token],
  ['own/replication-kept-tokens', Type.Array(Token)],
  ['local/accessor/', text],
  ['local/lease/', text],
  ['replicated/mounts/', Mount],
  ['local/mounts/', Mount],
  ['replicated/auth/', Mount],
  ['local/auth/', Mount],
  ['replicated/policy/', Policy],
  ['replicated/token-role/', TokenRole],
  ['replicated/identity/entity-name/', text],
  ['replicated/identity/alias/', text],
  ['own/dr-operation-token', text]
]

/** When an entry ends: `0001700000000000/token/hvs.…` */
const DEADLINE = /^local\/expiry\/\d{16}\/[^/]+\/./
const DEADLINES = 'local/expiry/'

/** What is wrong with the entries of a storage, by path below `path`. */
export function entryProblems (entries: Readonly<Record<string, unknown>>, path: string): FormProblem[] {
  return Object.entries(entries).flatMap(([key, value]) => problemsOf(key, value)
    .map((problem) => ({ ...problem, path: `${path}/${key}${problem.path}` })))
}

function problemsOf (key: string, value: unknown): readonly FormProblem[] {
  if (key.startsWith(DEADLINES) && !DEADLINE.test(key)) {
    return [{ path: '', expected: `a path such as ${DEADLINES}0001700000000000/token/ID`, found: JSON.stringify(key) }]
  }
  const form = FORMS.find(([prefix]) => key.startsWith(prefix))?.[1]
  return form === undefined || Value.Check(form, value) ? [] : problemsIn(form, value)
}
