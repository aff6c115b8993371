// The transit engine: keys of every type, encryption, signatures, export, import.
import { createCipheriv, createPublicKey, publicEncrypt, constants, randomBytes } from 'node:crypto'
import { activeNode, get, put, post, del, list } from '../steps.js'

import { transitBackups } from '../material.js'

const b64 = (text) => Buffer.from(text).toString('base64')
const T = '/v1/transit'
const plain = b64('the quick brown fox')
const ctx = b64('context one')
// Key material wrapped as the import paths want it: an ephemeral AES key under RSA-OAEP, then the material under
// AES-KWP.
const wrapFor = (publicKey, material, hash = 'sha256') => {
  const ephemeral = randomBytes(32)
  const kwp = createCipheriv('id-aes256-wrap-pad', ephemeral, Buffer.from('A65959A6', 'hex'))
  const outer = publicEncrypt(
    { key: createPublicKey(publicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash },
    ephemeral
  )
  return Buffer.concat([outer, kwp.update(material), kwp.final()]).toString('base64')
}
const aes = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex')
const pub = { hide: { 'data.keys.*.public_key': 'bytes' } }
const seen = { keep: ['ciphertext', 'signature', 'hmac'] }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable', '/v1/sys/mounts/transit', { type: 'transit' }),
    get('mount tune', '/v1/sys/mounts/transit/tune'),
    list('no keys yet', `${T}/keys`),
    get('unknown key', `${T}/keys/none`),
    // creating keys
    post('create with defaults', `${T}/keys/plain`),
    post('create again', `${T}/keys/plain`),
    get('read defaults', `${T}/keys/plain`),
    post('create aes128-gcm96', `${T}/keys/aes128`, { type: 'aes128-gcm96' }),
    post('create chacha20-poly1305', `${T}/keys/chacha`, { type: 'chacha20-poly1305', exportable: true }),
    post('create ed25519', `${T}/keys/ed`, { type: 'ed25519', exportable: true }, pub),
    post('create ecdsa-p256', `${T}/keys/p256`, { type: 'ecdsa-p256', exportable: true, allow_plaintext_backup: true }),
    post('create ecdsa-p384', `${T}/keys/p384`, { type: 'ecdsa-p384' }),
    post('create ecdsa-p521', `${T}/keys/p521`, { type: 'ecdsa-p521' }),
    post('create rsa-2048', `${T}/keys/rsa`, { type: 'rsa-2048', exportable: true }),
    post('create hmac', `${T}/keys/mac`, { type: 'hmac', key_size: 32, exportable: true }),
    post('create xchacha20-poly1305', `${T}/keys/xchacha`, { type: 'xchacha20-poly1305' }),
    post('create derived', `${T}/keys/derived`, { derived: true }),
    post('create convergent', `${T}/keys/conv`, { derived: true, convergent_encryption: true }),
    post('create derived ed25519', `${T}/keys/edd`, { type: 'ed25519', derived: true }),
    post('create with auto rotation', `${T}/keys/auto`, { auto_rotate_period: '24h' }),
    post('create, unknown type', `${T}/keys/x`, { type: 'des' }),
    post('create, convergent without derived', `${T}/keys/x`, { convergent_encryption: true }),
    post('create, derived rsa', `${T}/keys/x`, { type: 'rsa-2048', derived: true }),
    post('create, hmac without a size', `${T}/keys/x`, { type: 'hmac' }),
    post('create, hmac too small', `${T}/keys/x`, { type: 'hmac', key_size: 31 }),
    post('create, size for another type', `${T}/keys/x`, { type: 'aes256-gcm96', key_size: 32 }),
    post('create, rotation too often', `${T}/keys/x`, { auto_rotate_period: '30m' }),
    post('create, managed key', `${T}/keys/x`, { type: 'managed_key' }),
    post('create, bad flag', `${T}/keys/x`, { derived: 'maybe' }),
    post('create, odd name', `${T}/keys/no!pe`, {}),
    get('read ed25519', `${T}/keys/ed`, pub),
    get('read p256', `${T}/keys/p256`),
    get('read p521', `${T}/keys/p521`),
    get('read rsa', `${T}/keys/rsa`),
    get('read hmac', `${T}/keys/mac`),
    get('read convergent', `${T}/keys/conv`),
    get('read derived ed25519', `${T}/keys/edd`, pub),
    get('read derived ed25519, context', `${T}/keys/edd?context=${encodeURIComponent(ctx)}`, pub),
    get('read with auto rotation', `${T}/keys/auto`),
    list('list', `${T}/keys`),
    list('list with a slash', `${T}/keys/`),
    // encrypting
    post('encrypt', `${T}/encrypt/plain`, { plaintext: plain }, { save: { c1: 'data.ciphertext' } }),
    post('decrypt', `${T}/decrypt/plain`, { ciphertext: '{{c1}}' }),
    post('encrypt nothing', `${T}/encrypt/plain`, { plaintext: '' }, { save: { c0: 'data.ciphertext' } }),
    post('decrypt nothing', `${T}/decrypt/plain`, { ciphertext: '{{c0}}' }),
    post('encrypt without plaintext', `${T}/encrypt/plain`, {}),
    post('encrypt bad base64', `${T}/encrypt/plain`, { plaintext: 'not base64!' }),
    post('encrypt makes a key', `${T}/encrypt/made`, { plaintext: plain }),
    get('the made key', `${T}/keys/made`),
    post('encrypt makes a key of a type', `${T}/encrypt/made2`, { plaintext: plain, type: 'chacha20-poly1305' }),
    post('encrypt with ed25519', `${T}/encrypt/ed`, { plaintext: plain }),
    post('encrypt with hmac key', `${T}/encrypt/mac`, { plaintext: plain }),
    post('encrypt with rsa', `${T}/encrypt/rsa`, { plaintext: plain }, { save: { cRsa: 'data.ciphertext' } }),
    post('decrypt with rsa', `${T}/decrypt/rsa`, { ciphertext: '{{cRsa}}' }),
    post('encrypt with aes128', `${T}/encrypt/aes128`, { plaintext: plain }),
    post('encrypt with chacha', `${T}/encrypt/chacha`, { plaintext: plain }),
    post(
      'encrypt, associated data', `${T}/encrypt/plain`, { plaintext: plain, associated_data: b64('header') },
      { save: { cAad: 'data.ciphertext' } }
    ),
    post('decrypt, associated data', `${T}/decrypt/plain`, { ciphertext: '{{cAad}}', associated_data: b64('header') }),
    post('decrypt, wrong associated data', `${T}/decrypt/plain`, {
      ciphertext: '{{cAad}}', associated_data: b64('other')
    }),
    post('encrypt, associated data with rsa', `${T}/encrypt/rsa`, { plaintext: plain, associated_data: b64('header') }),
    post('encrypt with an unknown key version', `${T}/encrypt/plain`, { plaintext: plain, key_version: 7 }),
    post('encrypt with a negative key version', `${T}/encrypt/plain`, { plaintext: plain, key_version: -1 }),
    // decrypting what is wrong
    post('decrypt without ciphertext', `${T}/decrypt/plain`, {}),
    post('decrypt, no prefix', `${T}/decrypt/plain`, { ciphertext: 'abc' }),
    post('decrypt, no version', `${T}/decrypt/plain`, { ciphertext: 'vault:abc' }),
    post('decrypt, version 0', `${T}/decrypt/plain`, { ciphertext: 'vault:v0:abcd' }),
    post('decrypt, version not a number', `${T}/decrypt/plain`, { ciphertext: 'vault:vx:abcd' }),
    post('decrypt, version too high', `${T}/decrypt/plain`, { ciphertext: `vault:v9:${plain}` }),
    post('decrypt, bad base64', `${T}/decrypt/plain`, { ciphertext: 'vault:v1:!!!' }),
    post('decrypt, too short', `${T}/decrypt/plain`, { ciphertext: 'vault:v1:YWJj' }),
    post('decrypt, not authentic', `${T}/decrypt/plain`, { ciphertext: `vault:v1:${b64('x'.repeat(40))}` }),
    post('decrypt with an unknown key', `${T}/decrypt/none`, { ciphertext: '{{c1}}' }),
    // contexts
    post('encrypt derived without context', `${T}/encrypt/derived`, { plaintext: plain }),
    post(
      'encrypt derived', `${T}/encrypt/derived`, { plaintext: plain, context: ctx },
      { save: { cD: 'data.ciphertext' } }
    ),
    post('decrypt derived', `${T}/decrypt/derived`, { ciphertext: '{{cD}}', context: ctx }),
    post('decrypt derived, other context', `${T}/decrypt/derived`, { ciphertext: '{{cD}}', context: b64('two') }),
    post('encrypt derived, bad context', `${T}/encrypt/derived`, { plaintext: plain, context: '%%' }),
    post(
      'encrypt convergent', `${T}/encrypt/conv`, { plaintext: plain, context: ctx },
      { save: { cC: 'data.ciphertext' } }
    ),
    post('encrypt convergent again', `${T}/encrypt/conv`, { plaintext: plain, context: ctx }, {
      save: { same: (json, vars) => String(json.data.ciphertext === vars.cC) }
    }),
    post('both were the same', `${T}/hash/sha2-256`, { input: '{{same}}', format: 'base64' }),
    post('encrypt with a nonce, not convergent', `${T}/encrypt/plain`, {
      plaintext: plain, nonce: b64('123456789012')
    }),
    // batches
    post(
      'encrypt batch', `${T}/encrypt/plain`,
      { batch_input: [{ plaintext: plain, reference: 'a' }, { plaintext: b64('x') }] },
      { save: { b0: 'data.batch_results.0.ciphertext', b1: 'data.batch_results.1.ciphertext' } }
    ),
    post('decrypt batch', `${T}/decrypt/plain`, {
      batch_input: [{ ciphertext: '{{b0}}', reference: 'r1' }, { ciphertext: '{{b1}}' }]
    }),
    post('encrypt batch, one bad', `${T}/encrypt/plain`, {
      batch_input: [{ plaintext: plain }, { plaintext: '!' }, { context: ctx }]
    }),
    post('encrypt batch, all bad', `${T}/encrypt/plain`, { batch_input: [{ plaintext: '!' }] }),
    post('decrypt batch, one bad', `${T}/decrypt/plain`, {
      batch_input: [{ ciphertext: '{{b0}}' }, { ciphertext: 'abc' }]
    }),
    post('decrypt batch, one bad, own status', `${T}/decrypt/plain`, {
      batch_input: [{ ciphertext: '{{b0}}' }, { ciphertext: 'abc' }],
      partial_failure_response_code: 206
    }),
    post('encrypt batch, empty', `${T}/encrypt/plain`, { batch_input: [] }),
    post('encrypt batch, derived, mixed', `${T}/encrypt/derived`, {
      batch_input: [{ plaintext: plain, context: ctx }, { plaintext: plain }]
    }),
    post('encrypt batch, wrong shape', `${T}/encrypt/plain`, { batch_input: 'text' }),
    // versions
    put('rotate', `${T}/keys/plain/rotate`),
    put('rotate, unknown key', `${T}/keys/none/rotate`),
    get('read after rotation', `${T}/keys/plain`),
    post('encrypt with the new version', `${T}/encrypt/plain`, { plaintext: plain }),
    post('encrypt with the old version', `${T}/encrypt/plain`, { plaintext: plain, key_version: 1 }),
    post('rewrap', `${T}/rewrap/plain`, { ciphertext: '{{c1}}' }, { save: { c2: 'data.ciphertext' } }),
    post('decrypt the rewrapped', `${T}/decrypt/plain`, { ciphertext: '{{c2}}' }),
    post('rewrap batch', `${T}/rewrap/plain`, {
      batch_input: [{ ciphertext: '{{b0}}', reference: 'r' }, { ciphertext: 'abc' }]
    }),
    post('rewrap without ciphertext', `${T}/rewrap/plain`, {}),
    post('config, minimum decryption 2', `${T}/keys/plain/config`, { min_decryption_version: 2 }),
    post('decrypt a version too old', `${T}/decrypt/plain`, { ciphertext: '{{c1}}' }),
    post('encrypt a version too old', `${T}/encrypt/plain`, { plaintext: plain, key_version: 1 }),
    post('config, minimum encryption below decryption', `${T}/keys/plain/config`, { min_encryption_version: 1 }),
    post('config, minimum encryption above latest', `${T}/keys/plain/config`, { min_encryption_version: 5 }),
    post('config, minimum decryption above latest', `${T}/keys/plain/config`, { min_decryption_version: 5 }),
    post('config, negative', `${T}/keys/plain/config`, { min_decryption_version: -1 }),
    post('config, nothing', `${T}/keys/plain/config`, {}),
    post('config, everything', `${T}/keys/plain/config`, {
      min_encryption_version: 2, exportable: true, allow_plaintext_backup: true, auto_rotate_period: '2h'
    }),
    get('read after config', `${T}/keys/plain`),
    post('config, exportable cannot go', `${T}/keys/plain/config`, { exportable: false }),
    post('config, rotation too often', `${T}/keys/plain/config`, { auto_rotate_period: 60 }),
    post('config of an unknown key', `${T}/keys/none/config`, { deletion_allowed: true }),
    post('trim above the minimum', `${T}/keys/plain/trim`, { min_available_version: 3 }),
    post('trim without a version', `${T}/keys/plain/trim`, {}),
    post('trim', `${T}/keys/plain/trim`, { min_available_version: 2 }),
    get('read after trim', `${T}/keys/plain`),
    post('trim downwards', `${T}/keys/plain/trim`, { min_available_version: 1 }),
    post('trim without minimums', `${T}/keys/chacha/trim`, { min_available_version: 1 }),
    // datakeys, random, hash
    post('datakey plaintext', `${T}/datakey/plaintext/plain`, {}, { hide: { 'data.plaintext': 'bytes' } }),
    post('datakey wrapped, 128', `${T}/datakey/wrapped/plain`, { bits: 128 }),
    post('datakey 512', `${T}/datakey/plaintext/plain`, { bits: 512 }, { hide: { 'data.plaintext': 'bytes' } }),
    post('datakey, bad bits', `${T}/datakey/plaintext/plain`, { bits: 100 }),
    post('datakey, bad kind', `${T}/datakey/other/plain`, {}),
    post('datakey, unknown key', `${T}/datakey/wrapped/none`, {}),
    post('random', `${T}/random/8`, {}, { hide: { 'data.random_bytes': 'bytes' } }),
    post('random, default size', `${T}/random`, {}, { hide: { 'data.random_bytes': 'bytes' } }),
    post('random, hex', `${T}/random`, { bytes: 4, format: 'hex' }, { hide: { 'data.random_bytes': '8 hex digits' } }),
    post('random, source', `${T}/random/platform/16`, {}, { hide: { 'data.random_bytes': 'bytes' } }),
    post('random, bad format', `${T}/random/4`, { format: 'octal' }),
    post('random, not a number', `${T}/random/many`, {}),
    post('random, none', `${T}/random/0`, {}),
    post('random, bad source', `${T}/random`, { source: 'moon' }, { hide: { 'data.random_bytes': 'bytes' } }),
    post('hash', `${T}/hash`, { input: b64('abc') }),
    post('hash sha2-512, base64', `${T}/hash/sha2-512`, { input: b64('abc'), format: 'base64' }),
    post('hash sha3-224', `${T}/hash`, { input: b64('abc'), algorithm: 'sha3-224' }),
    post('hash sha3-512', `${T}/hash/sha3-512`, { input: b64('abc') }),
    post('hash, unknown algorithm', `${T}/hash/md5`, { input: b64('abc') }),
    post('hash, bad input', `${T}/hash`, { input: '*' }),
    post('hash, bad format', `${T}/hash`, { input: b64('abc'), format: 'x' }),
    // hmac, sign, verify
    post('hmac', `${T}/hmac/plain`, { input: plain }, { save: { h1: 'data.hmac' } }),
    post('hmac sha2-512', `${T}/hmac/plain/sha2-512`, { input: plain }),
    post('hmac, unknown algorithm', `${T}/hmac/plain/crc`, { input: plain }),
    post('hmac, bad input', `${T}/hmac/plain`, { input: '*' }),
    post('hmac, unknown key', `${T}/hmac/none`, { input: plain }),
    post('hmac, old version', `${T}/hmac/plain`, { input: plain, key_version: 1 }),
    post('hmac batch', `${T}/hmac/plain`, { batch_input: [{ input: plain, reference: 'a' }, { input: '*' }] }),
    post('verify hmac', `${T}/verify/plain`, { input: plain, hmac: '{{h1}}' }),
    post('verify hmac, other input', `${T}/verify/plain`, { input: b64('other'), hmac: '{{h1}}' }),
    post('verify hmac, bad form', `${T}/verify/plain`, { input: plain, hmac: 'abc' }),
    post('verify, neither', `${T}/verify/plain`, { input: plain }),
    post('verify, both', `${T}/verify/p256`, { input: plain, hmac: '{{h1}}', signature: '{{h1}}' }),
    post('sign with a symmetric key', `${T}/sign/plain`, { input: plain }),
    post('sign ed25519', `${T}/sign/ed`, { input: plain }, { save: { sEd: 'data.signature' } }),
    post('verify ed25519', `${T}/verify/ed`, { input: plain, signature: '{{sEd}}' }),
    post('sign p256', `${T}/sign/p256`, { input: plain }, { save: { sP: 'data.signature' } }),
    post('verify p256', `${T}/verify/p256`, { input: plain, signature: '{{sP}}' }),
    post('verify p256, other hash', `${T}/verify/p256/sha2-512`, { input: plain, signature: '{{sP}}' }),
    post(
      'sign p256, jws', `${T}/sign/p256`, { input: plain, marshaling_algorithm: 'jws' },
      { save: { sJws: 'data.signature' } }
    ),
    post('verify p256, jws', `${T}/verify/p256`, { input: plain, signature: '{{sJws}}', marshaling_algorithm: 'jws' }),
    post('verify p256, jws as asn1', `${T}/verify/p256`, { input: plain, signature: '{{sJws}}' }),
    post('sign p384, sha3-384', `${T}/sign/p384`, { input: plain, hash_algorithm: 'sha3-384' }),
    post('sign p521, jws', `${T}/sign/p521/sha2-512`, { input: plain, marshaling_algorithm: 'jws' }),
    post('sign rsa pss', `${T}/sign/rsa`, { input: plain }, { save: { sR: 'data.signature' } }),
    post('verify rsa pss', `${T}/verify/rsa`, { input: plain, signature: '{{sR}}' }),
    post('verify rsa pss as pkcs1v15', `${T}/verify/rsa`, {
      input: plain, signature: '{{sR}}', signature_algorithm: 'pkcs1v15'
    }),
    post('sign rsa pss, salt length hash', `${T}/sign/rsa`, { input: plain, salt_length: 'hash' }),
    post('sign rsa pss, bad salt length', `${T}/sign/rsa`, { input: plain, salt_length: 'x' }),
    post('sign rsa, unknown algorithm', `${T}/sign/rsa`, { input: plain, signature_algorithm: 'x' }),
    post('sign rsa pkcs1v15, sha2-384', `${T}/sign/rsa/sha2-384`, { input: plain, signature_algorithm: 'pkcs1v15' }),
    post('sign rsa, hash none', `${T}/sign/rsa`, {
      input: plain, hash_algorithm: 'none', signature_algorithm: 'pkcs1v15'
    }),
    post('sign rsa, hash none and prehashed', `${T}/sign/rsa`, {
      input: plain, hash_algorithm: 'none', signature_algorithm: 'pkcs1v15', prehashed: true
    }),
    post('sign rsa, prehashed of wrong length', `${T}/sign/rsa`, { input: plain, prehashed: true }),
    post('sign p256, prehashed', `${T}/sign/p256`, { input: b64('0123456789abcdef0123456789abcdef'), prehashed: true }),
    post('sign, unknown hash', `${T}/sign/p256`, { input: plain, hash_algorithm: 'md5' }),
    post('sign, unknown marshaling', `${T}/sign/p256`, { input: plain, marshaling_algorithm: 'x' }),
    post('sign, unknown key', `${T}/sign/none`, { input: plain }),
    post('sign, unknown version', `${T}/sign/p256`, { input: plain, key_version: 9 }),
    post('sign without input', `${T}/sign/p256`, {}),
    post(
      'sign batch', `${T}/sign/p256`,
      { batch_input: [{ input: plain, reference: 'a' }, { input: '*' }] },
      { save: { sB: 'data.batch_results.0.signature' } }
    ),
    post('verify batch', `${T}/verify/p256`, {
      batch_input: [{ input: plain, signature: '{{sB}}', reference: 'a' }, { input: plain, signature: 'x' }]
    }),
    post('verify, no prefix', `${T}/verify/p256`, { input: plain, signature: 'abc' }),
    post('verify, version too high', `${T}/verify/p256`, { input: plain, signature: 'vault:v9:abcd' }),
    post(
      'sign derived ed25519', `${T}/sign/edd`, { input: plain, context: ctx },
      { hide: { 'data.public_key': 'bytes' } }
    ),
    post('sign derived ed25519 without context', `${T}/sign/edd`, { input: plain }),
    // export, backup, restore
    get('export encryption key', `${T}/export/encryption-key/chacha`, { hide: { 'data.keys.*': 'bytes' } }),
    get('export a version', `${T}/export/encryption-key/chacha/1`, { hide: { 'data.keys.*': 'bytes' } }),
    get('export latest', `${T}/export/encryption-key/chacha/latest`, { hide: { 'data.keys.*': 'bytes' } }),
    get('export signing key ed25519', `${T}/export/signing-key/ed`, { hide: { 'data.keys.*': 'bytes' } }),
    get('export signing key p256', `${T}/export/signing-key/p256`),
    get('export rsa as encryption key', `${T}/export/encryption-key/rsa`),
    get('export hmac key', `${T}/export/hmac-key/p256`, { hide: { 'data.keys.*': 'bytes' } }),
    get('export hmac key of hmac', `${T}/export/hmac-key/mac`, { hide: { 'data.keys.*': 'bytes' } }),
    get('export public key', `${T}/export/public-key/rsa`),
    get('export, not exportable', `${T}/export/encryption-key/aes128`),
    get('export, wrong kind', `${T}/export/signing-key/chacha`),
    get('export, unknown kind', `${T}/export/other/chacha`),
    get('export, unknown version', `${T}/export/encryption-key/chacha/9`),
    get('export, bad version', `${T}/export/encryption-key/chacha/x`),
    get('export, unknown key', `${T}/export/encryption-key/none`),
    get('backup', `${T}/backup/p256`, { hide: { 'data.backup': 'backup' }, save: { backup: 'data.backup' } }),
    get('backup, not allowed', `${T}/backup/aes128`),
    get('backup, not exportable', `${T}/backup/derived`),
    get('backup, unknown key', `${T}/backup/none`),
    post('restore over the same name', `${T}/restore`, { backup: '{{backup}}' }),
    post('restore under another name', `${T}/restore/copy`, { backup: '{{backup}}' }),
    get('the copy', `${T}/keys/copy`),
    post('the copy verifies', `${T}/verify/copy`, { input: plain, signature: '{{sP}}' }),
    post('restore by force', `${T}/restore/copy`, { backup: '{{backup}}', force: true }),
    post('restore nonsense', `${T}/restore/x`, { backup: 'abc' }),
    post('restore without a backup', `${T}/restore/x`, {}),
    // fixed keys: what is computed with them is the same on every server
    ...Object.entries(transitBackups).map(([name, backup]) => post(`restore ${name}`, `${T}/restore`, { backup })),
    get('fixed: read aes', `${T}/keys/fixed-aes`),
    get('fixed: export aes', `${T}/export/encryption-key/fixed-aes`),
    post('fixed: convergent encryption', `${T}/encrypt/fixed-convergent`, { plaintext: plain, context: ctx }, seen),
    post(
      'fixed: convergent encryption, other context', `${T}/encrypt/fixed-convergent`,
      { plaintext: plain, context: b64('context two') }, seen
    ),
    post(
      'fixed: convergent encryption, batch', `${T}/encrypt/fixed-convergent`,
      { batch_input: [{ plaintext: b64('a'), context: ctx }, { plaintext: b64('b'), context: ctx }] },
      seen
    ),
    post('fixed: hmac of aes', `${T}/hmac/fixed-aes`, { input: plain }, seen),
    post('fixed: hmac of aes, version 1', `${T}/hmac/fixed-aes/sha2-384`, { input: plain, key_version: 1 }, seen),
    post('fixed: hmac of hmac', `${T}/hmac/fixed-hmac`, { input: plain, algorithm: 'sha3-256' }, seen),
    get('fixed: read hmac', `${T}/keys/fixed-hmac`),
    post('fixed: sign ed25519', `${T}/sign/fixed-ed25519`, { input: plain }, seen),
    post('fixed: sign derived ed25519', `${T}/sign/fixed-derived-ed25519`, { input: plain, context: ctx }, seen),
    get('fixed: derived public key', `${T}/keys/fixed-derived-ed25519?context=${encodeURIComponent(ctx)}`),
    post('fixed: sign rsa pkcs1v15', `${T}/sign/fixed-rsa`, { input: plain, signature_algorithm: 'pkcs1v15' }, seen),
    post(
      'fixed: sign rsa pkcs1v15, sha2-512', `${T}/sign/fixed-rsa/sha2-512`,
      { input: plain, signature_algorithm: 'pkcs1v15' }, seen
    ),
    post(
      'fixed: sign rsa, hash none', `${T}/sign/fixed-rsa`,
      { input: plain, signature_algorithm: 'pkcs1v15', hash_algorithm: 'none', prehashed: true },
      seen
    ),
    get('fixed: export p256', `${T}/export/signing-key/fixed-p256`, { asText: true }),
    // import
    get('wrapping key', `${T}/wrapping_key`, {
      save: {
        wrappedAes: (j) => wrapFor(j.data.public_key, aes),
        wrappedShort: (j) => wrapFor(j.data.public_key, aes.subarray(0, 5)),
        wrappedSha1: (j) => wrapFor(j.data.public_key, aes.subarray(0, 16), 'sha1')
      }
    }),
    post('import aes256', `${T}/keys/imported/import`, {
      ciphertext: '{{wrappedAes}}', allow_rotation: true, exportable: true
    }),
    get('read imported', `${T}/keys/imported`),
    get('export imported', `${T}/export/encryption-key/imported`),
    post('import aes128, sha1', `${T}/keys/imported128/import`, {
      ciphertext: '{{wrappedSha1}}', type: 'aes128-gcm96', hash_function: 'SHA1'
    }),
    post('rotate imported', `${T}/keys/imported/rotate`),
    post('rotate imported, not allowed', `${T}/keys/imported128/rotate`),
    post('import over a key', `${T}/keys/imported/import`, { ciphertext: '{{wrappedAes}}' }),
    post('import of the wrong size', `${T}/keys/x/import`, { ciphertext: '{{wrappedShort}}' }),
    post('import nonsense', `${T}/keys/x/import`, { ciphertext: 'YWJj' }),
    post('import a version', `${T}/keys/imported128/import_version`, {
      ciphertext: '{{wrappedSha1}}', hash_function: 'SHA1'
    }),
    post('import a version of a made key', `${T}/keys/plain/import_version`, { ciphertext: '{{wrappedAes}}' }),
    // cache
    get('cache config', `${T}/cache-config`),
    post('cache config write', `${T}/cache-config`, { size: 500 }),
    get('cache config after', `${T}/cache-config`),
    post('cache config too small', `${T}/cache-config`, { size: 5 }),
    // a token with few rights
    put('policy', '/v1/sys/policies/acl/encrypter', {
      policy: [
        'path "transit/encrypt/plain" { capabilities = ["update"] }',
        'path "transit/encrypt/fresh" { capabilities = ["create"] }',
        'path "transit/encrypt/narrow" { capabilities = ["update"] }'
      ].join('\n')
    }),
    post(
      'token', '/v1/auth/token/create', { policies: ['encrypter'], ttl: '1h' },
      { save: { few: 'auth.client_token' } }
    ),
    post('limited: encrypt', `${T}/encrypt/plain`, { plaintext: plain }, { token: '{{few}}' }),
    post('limited: decrypt', `${T}/decrypt/plain`, { ciphertext: '{{c2}}' }, { token: '{{few}}' }),
    post('limited: create by encrypting', `${T}/encrypt/fresh`, { plaintext: plain }, { token: '{{few}}' }),
    post('limited: update without create', `${T}/encrypt/narrow`, { plaintext: plain }, { token: '{{few}}' }),
    // what only OpenBao has
    del('soft delete', `${T}/keys/chacha/soft-delete`),
    post('encrypt after the soft deletion', `${T}/encrypt/chacha`, { plaintext: plain }),
    get('read after the soft deletion', `${T}/keys/chacha`),
    post('soft delete restore', `${T}/keys/chacha/soft-delete-restore`),
    post('encrypt after the restore', `${T}/encrypt/chacha`, { plaintext: plain }),
    post('csr of a key', `${T}/keys/p256/csr`, {}),
    post('csr of a symmetric key', `${T}/keys/aes128/csr`, {}),
    get('byok export', `${T}/byok-export/p256/rsa`),
    // deleting
    del('delete, not allowed', `${T}/keys/plain`),
    post('allow deletion', `${T}/keys/plain/config`, { deletion_allowed: true }),
    del('delete', `${T}/keys/plain`),
    del('delete again', `${T}/keys/plain`),
    post('decrypt after deletion', `${T}/decrypt/plain`, { ciphertext: '{{c2}}' }),
    list('list at last', `${T}/keys`),
    get('unknown path', `${T}/nowhere`),
    get('wrong verb', `${T}/encrypt/plain`),
    post('list by post', `${T}/keys`, {})
  ]
}
