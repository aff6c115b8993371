// identity/mfa: TOTP methods, keys of entities, enforcements (answers as seen of a Vault 1.21.4)
import t, { type Test } from 'tap'
import { oneError, NEW_YEAR, vault, type Vault } from '../../vault-server.js'

const METHOD = 'identity/mfa/method/totp'
const ENFORCEMENT = 'identity/mfa/login-enforcement'

interface WithMethod {
  readonly method: string
  readonly ann: string
}

async function withMethod (t: Test): Promise<Vault & WithMethod> {
  const server = vault(t, NEW_YEAR)
  const { data } = server
  const { method_id: method } = await data('POST', METHOD, { issuer: 'Acme', method_name: 't' })
  const { id: ann } = await data('POST', 'identity/entity', { name: 'ann' })
  return { ...server, method, ann }
}

t.test('a method: made, shown, listed, changed, deleted', async (t) => {
  const { data, verdict, method } = await withMethod(t)
  const shown = {
    algorithm: 'SHA1',
    digits: 6,
    id: method,
    issuer: 'Acme',
    key_size: 20,
    max_validation_attempts: 5,
    name: 't',
    namespace_id: 'root',
    namespace_path: '',
    period: 30,
    qr_size: 200,
    skew: 1,
    type: 'totp'
  }
  for (const path of [METHOD, 'identity/mfa/method']) {
    t.same(await data('GET', `${path}/${method}`), shown)
    t.same(await data('LIST', path), { keys: [method], key_info: { [method]: shown } })
  }
  t.equal(await verdict('POST', `${METHOD}/${method}`, { issuer: 'Other', digits: 8 }), '204')
  t.match(await data('GET', `${METHOD}/${method}`), { issuer: 'Other', digits: 8, name: 't' })
  t.equal(await verdict('POST', `${METHOD}/00000000-0000-0000-0000-000000000000`, { issuer: 'x' }), '204')
  t.equal(await verdict('DELETE', `${METHOD}/${method}`), '204')
  t.equal(await verdict('LIST', 'identity/mfa/method'), '404')
})

t.test('methods say what is wrong', async (t) => {
  const { verdict } = await withMethod(t)
  const refused: readonly (readonly [object, string])[] = [
    [{}, 'issuer must be set'],
    [{ issuer: 'x', digits: 7 }, 'digits can only be 6 or 8'],
    [{ issuer: 'x', algorithm: 'MD5' }, 'unrecognized algorithm'],
    [{ issuer: 'x', skew: 2 }, 'skew must be 0 or 1'],
    [{ issuer: 'x', period: 0 }, 'period must be greater than zero'],
    [{ issuer: 'x', key_size: 0 }, 'key_size must be greater than zero']
  ]
  for (const [body, text] of refused) t.equal(await verdict('POST', METHOD, body), `400 ${text}`)
})

t.test('a key of an entity is told once, with its bar code; taken away, another can be made', async (t) => {
  const { send, data, verdict, method, ann } = await withMethod(t)
  const asked = { method_id: method, entity_id: ann }
  const { url, barcode } = await data('POST', `${METHOD}/admin-generate`, asked)
  t.match(url, new RegExp(`^otpauth://totp/Acme:${ann}\\?algorithm=SHA1&digits=6&issuer=Acme&period=30&secret=[A-Z2-7]{32}$`))
  t.match(barcode, /^iVBOR/)
  const { body } = await send('POST', `${METHOD}/admin-generate`, asked)
  t.same([body.data, body.warnings], [null, ['Entity already has a secret for MFA method "t"']])
  t.equal('mfa_secrets' in await data('GET', 'identity/entity/name/ann'), false)
  t.equal(await verdict('POST', `${METHOD}/admin-destroy`, asked), '204')
  t.not((await data('POST', `${METHOD}/admin-generate`, asked)).url, url)
  t.equal(await verdict('POST', `${METHOD}/generate`, asked), '400 missing entityID', 'the root token has no entity')
  t.equal(await verdict('POST', `${METHOD}/admin-generate`, { ...asked, method_id: 'x' }), '400 configuration for method ID "x" does not exist')
  t.equal(await verdict('POST', `${METHOD}/admin-generate`, { ...asked, entity_id: 'x' }), '400 invalid entity ID')
})

t.test('enforcements: made, shown, listed, refused, and in the way of deleting their methods', async (t) => {
  const { data, verdict, method, ann } = await withMethod(t)
  const refused: readonly (readonly [object, string])[] = [
    [{}, 'missing method ids'],
    [{ mfa_method_ids: [method] }, 'One of auth_method_accessors, auth_method_types, identity_group_ids, identity_entity_ids must be specified'],
    [{ mfa_method_ids: ['x'], identity_entity_ids: [ann] }, "one of the provided method ids doesn't exist"],
    [{ mfa_method_ids: [method], auth_method_types: ['nope'] }, 'one of the auth method types provided is invalid'],
    [{ mfa_method_ids: [method], auth_method_accessors: ['nope'] }, 'one of the auth method accessors provided is invalid'],
    [{ mfa_method_ids: [method], identity_group_ids: ['nope'] }, "one of the provided group ids doesn't exist"],
    [{ mfa_method_ids: [method], identity_entity_ids: ['nope'] }, "one of the provided entity ids doesn't exist"]
  ]
  for (const [body, text] of refused) t.equal(await verdict('POST', `${ENFORCEMENT}/e`, body), `400 ${text}`)
  t.equal(await verdict('POST', `${ENFORCEMENT}/e`, { mfa_method_ids: [method], identity_entity_ids: [ann] }), '204')
  const shown = await data('GET', `${ENFORCEMENT}/e`)
  t.match(shown, { name: 'e', mfa_method_ids: [method], auth_method_types: [], identity_entity_ids: [ann], namespace_path: '' })
  t.same(await data('LIST', ENFORCEMENT), { keys: ['e'], key_info: { e: shown } })
  t.equal(await verdict('DELETE', `${METHOD}/${method}`),
    `500 ${oneError(`methodID is still used by an enforcement configuration with ID: ${shown.id}`)}`)
  t.equal(await verdict('DELETE', `${ENFORCEMENT}/e`), '204')
  t.equal(await verdict('DELETE', `${METHOD}/${method}`), '204')
})

t.test('entities with a key for the same method are merged only by force', async (t) => {
  const { data, verdict, method, ann } = await withMethod(t)
  const { id: bob } = await data('POST', 'identity/entity', { name: 'bob' })
  for (const entity of [ann, bob]) await data('POST', `${METHOD}/admin-generate`, { method_id: method, entity_id: entity })
  const merge = { from_entity_ids: [bob], to_entity_id: ann }
  t.equal(await verdict('POST', 'identity/entity/merge', merge), `500 ${oneError(`conflicting MFA config ID "${method}" in entity ID "${bob}"`)}`)
  t.equal(await verdict('POST', 'identity/entity/merge', { ...merge, force: true }), '204')
})
