// identity/mfa/method: how passcodes are made, and for whom. Methods with an outside (Okta, Duo, PingID) are refused.
import { Type, type Static } from '@sinclair/typebox'
import { encodeBase32 } from '../../go/base32.js'
import type { Storage } from '../../cluster/storage.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { entityById, putEntity, type Entity } from '../../vault/identity.js'
import type { MfaMethod, MfaSecret } from '../../vault/login-mfa.js'
import { namespaceIn } from '../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { knownFrom, REFUSED } from '../../vault/source.js'
import { stored } from '../../vault/stored.js'
import { listOf } from './render.js'

const methodFields = Type.Object({
  method_id: field.string({ description: 'Id of the method.', default: '' }),
  method_name: field.string({ description: 'Name of the method.', default: '' }),
  issuer: field.string({ description: 'Who issues the keys.', default: '' }),
  period: field.durationSeconds({ description: 'How long a passcode is the present one.', default: 30 }),
  key_size: field.int({ description: 'Bytes of a key.', default: 20 }),
  qr_size: field.int({ description: 'Pixels of the bar code, in width and height; 0: none.', default: 200 }),
  algorithm: field.string({ description: 'SHA1, SHA256 or SHA512.', default: 'SHA1' }),
  digits: field.int({ description: 'Digits of a passcode, 6 or 8.', default: 6 }),
  skew: field.int({ description: 'Periods before and after the present one that count, too: 0 or 1.', default: 1 }),
  max_validation_attempts: field.int({ description: 'How many wrong passcodes end it for a period.', default: 0 })
})
const idFields = Type.Object({ method_id: field.string({ description: 'Id of the method.', default: '' }) })
const secretFields = Type.Object({
  ...idFields.properties,
  entity_id: field.string({ description: 'Id of the entity.', default: '' })
})
/** `defaultMaxTOTPValidateAttempts` */
const ATTEMPTS = 5
/** Larger keys would only hold the process. */
const MOST_KEY_BYTES = 1024
const ELSEWHERE = ['okta', 'duo', 'pingid']

type MethodCall = Call<Static<typeof methodFields>>
type SecretCall = Call<Static<typeof secretFields>>

const PAGE = 'https://developer.hashicorp.com/vault/api-docs/secret/identity/mfa'

export const mfaMethodPaths: readonly PathDefinition[] = [
  ...knownFrom(`${PAGE}`, [
    definePath({
      path: 'mfa/method',
      summary: 'Lists the MFA methods of all kinds.',
      fields: Type.Object({}),
      operations: { list }
    }),
    definePath({
      path: 'mfa/method/totp',
      summary: 'Lists the TOTP methods, or makes one.',
      fields: methodFields,
      operations: { list, update: write }
    })
  ]),
  ...knownFrom(`${PAGE}/totp`, [
    definePath({
      path: 'mfa/method/totp/generate',
      summary: 'Makes a key for the entity that asks.',
      fields: idFields,
      operations: { update: (call) => generate(call, call.token?.entityId ?? '') }
    }),
    definePath({
      path: 'mfa/method/totp/admin-generate',
      summary: 'Makes a key for an entity.',
      fields: secretFields,
      operations: { update: (call) => generate(call, call.fields.entity_id) }
    }),
    definePath({
      path: 'mfa/method/totp/admin-destroy',
      summary: "Takes an entity's key away.",
      fields: secretFields,
      operations: { update: destroy }
    }),
    definePath({
      path: 'mfa/method/totp/:method_id',
      summary: 'A TOTP method.',
      fields: methodFields,
      operations: { read: (call) => show(call, methodIn(call)), update: write, delete: remove }
    })
  ]),
  ...ELSEWHERE.flatMap(elsewhere),
  definePath({
    path: 'mfa/method/:method_id',
    summary: 'An MFA method of whatever kind.',
    fields: idFields,
    source: PAGE,
    operations: { read: (call) => show(call, methodIn(call)) }
  })
]

/** Kinds that ask a service outside. */
function elsewhere (type: string): PathDefinition[] {
  const refuse = (): never => { throw new NotSimulated(`login MFA by ${type}`) }
  return [`mfa/method/${type}`, `mfa/method/${type}/*path`].map((path) => definePath({
    path,
    summary: `Not simulated: login MFA by ${type}.`,
    fields: Type.Object({}),
    checked: false,
    source: REFUSED,
    operations: { read: refuse, update: refuse, delete: refuse, list: () => undefined }
  }))
}

function methodIn ({ storage, params }: Pick<Call, 'storage' | 'params'>): MfaMethod | undefined {
  return stored.mfaMethods(storage).get(params.method_id ?? '')
}

function list ({ storage }: Call<unknown>): LogicalResponse | undefined {
  const all = [...stored.mfaMethods(storage).entries()]
  const methods = all.map(([id, method]) => [id, render(storage, method)] as const)
  return listOf(methods.map(([id]) => id), Object.fromEntries(methods))
}

function show ({ storage }: Pick<Call, 'storage'>, method: MfaMethod | undefined): LogicalResponse | undefined {
  return method && { data: render(storage, method) }
}

function render (storage: Storage, method: MfaMethod): JsonObject {
  return goMap({
    algorithm: method.algorithm,
    digits: method.digits,
    id: method.id,
    issuer: method.issuer,
    key_size: method.keySizeBytes,
    max_validation_attempts: method.maxValidationAttempts,
    name: method.name,
    namespace_id: storage.namespaceId,
    namespace_path: namespaceIn(storage).path,
    period: method.periodSeconds,
    qr_size: method.qrSizePixels,
    skew: method.skew,
    type: 'totp'
  })
}

/** An unknown id writes nothing and is no error (seen of a Vault 1.21.4). */
function write (call: MethodCall): LogicalResponse | undefined {
  const { storage, fields, params, cluster } = call
  const hasId = (params.method_id ?? fields.method_id) !== ''
  const byId = stored.mfaMethods(storage).get(params.method_id ?? fields.method_id)
  if (hasId && byId === undefined) return undefined
  const byName = fields.method_name === '' ? undefined : methodNamed(call, fields.method_name)
  if (byId !== undefined && byName !== undefined && byId.id !== byName.id) {
    throw failure(`a login MFA method configuration with the method name ${fields.method_name} already exists`)
  }
  const old = byId ?? byName
  const settings = settingsOf(call)
  const id = old?.id ?? cluster.random.stream('identity').uuid()
  const name = fields.method_name === '' ? old?.name ?? '' : fields.method_name
  stored.mfaMethods(storage).put(id, { id, name, ...settings })
  return hasId ? undefined : { data: goMap({ method_id: id }) }
}

function methodNamed ({ storage }: MethodCall, name: string): MfaMethod | undefined {
  return [...stored.mfaMethods(storage).entries()].map(([, method]) => method).find((method) => method.name === name)
}

/** Checks in the order of `parseTOTPConfig`; what is not given goes back to its default. */
function settingsOf ({ fields }: MethodCall): Pick<MfaMethod,
  'issuer' | 'periodSeconds' | 'algorithm' | 'digits' | 'skew' | 'keySizeBytes' | 'qrSizePixels' |
  'maxValidationAttempts'> {
  const { algorithm, digits, period, skew, key_size: keySize, issuer, max_validation_attempts: attempts } = fields
  if (algorithm !== 'SHA1' && algorithm !== 'SHA256' && algorithm !== 'SHA512') throw invalid('unrecognized algorithm')
  if (digits !== 6 && digits !== 8) throw invalid('digits can only be 6 or 8')
  if (period <= 0) throw invalid('period must be greater than zero')
  if (skew !== 0 && skew !== 1) throw invalid('skew must be 0 or 1')
  if (keySize <= 0) throw invalid('key_size must be greater than zero')
  if (keySize > MOST_KEY_BYTES) throw new NotSimulated(`MFA keys of more than ${MOST_KEY_BYTES} bytes`)
  if (issuer === '') throw invalid('issuer must be set')
  if (attempts < 0) throw invalid('max_validation_attempts must be greater than zero')
  return {
    issuer,
    periodSeconds: period,
    algorithm,
    digits,
    skew,
    keySizeBytes: keySize,
    qrSizePixels: fields.qr_size,
    maxValidationAttempts: attempts === 0 ? ATTEMPTS : attempts
  }
}

function remove ({ storage, params }: MethodCall): undefined {
  const id = params.method_id ?? ''
  const user = [...stored.mfaEnforcements(storage).entries()].find(([, { methodIds }]) => methodIds.includes(id))
  if (user !== undefined) {
    throw failure(`methodID is still used by an enforcement configuration with ID: ${user[1].id}`)
  }
  stored.mfaMethods(storage).delete(id)
}

async function generate (call: Call<Static<typeof idFields>>, entityId: string): Promise<LogicalResponse> {
  // drawn on first use: who makes no keys needs no bar codes
  const [{ barcode }, { keyUrl }] = await Promise.all([import('../totp/barcodes.js'), import('../totp/key-urls.js')])
  if (call.fields.method_id === '') throw invalid('missing method ID')
  if (entityId === '') throw invalid('missing entityID')
  const [method, entity] = methodAndEntity(call, entityId)
  if (entity.mfaSecrets?.[method.id] !== undefined) {
    return { warnings: [`Entity already has a secret for MFA method "${method.name}"`] }
  }
  const secret = newSecret(call, method)
  const url = keyUrl({ ...secret, issuer: method.issuer, accountName: entity.id }, call.cluster.profile)
  const picture = method.qrSizePixels === 0 ? '' : barcode(url, method.qrSizePixels)
  putEntity(call.storage, { ...entity, mfaSecrets: { ...entity.mfaSecrets, [method.id]: secret } })
  return { data: goMap({ barcode: picture, url }) }
}

function newSecret ({ cluster }: Pick<Call, 'cluster'>, method: MfaMethod): MfaSecret {
  const { periodSeconds, algorithm, digits, skew, keySizeBytes } = method
  const secret = encodeBase32(cluster.random.stream('identity').bytes(keySizeBytes)).replace(/=+$/, '')
  return { secret, periodSeconds, algorithm, digits, skew }
}

function methodAndEntity (
  { storage, fields }: Call<Static<typeof idFields>>, entityId: string
): readonly [MfaMethod, Entity] {
  const method = stored.mfaMethods(storage).get(fields.method_id)
  if (method === undefined) throw invalid(`configuration for method ID "${fields.method_id}" does not exist`)
  const entity = entityById(storage, entityId)
  if (entity === undefined) throw invalid('invalid entity ID')
  return [method, entity]
}

function destroy (call: SecretCall): undefined {
  const { method_id: methodId, entity_id: entityId } = call.fields
  if (methodId === '') throw invalid('missing method ID')
  if (entityId === '') throw invalid('missing entity ID')
  const [, entity] = methodAndEntity(call, entityId)
  const others = Object.entries(entity.mfaSecrets ?? {}).filter(([id]) => id !== methodId)
  putEntity(call.storage, { ...entity, mfaSecrets: Object.fromEntries(others) })
}
