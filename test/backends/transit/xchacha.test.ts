// XChaCha20-Poly1305 of OpenBao: the vector of draft-irtf-cfrg-xchacha-03, appendix A.3.1
import t from 'tap'
import { transit } from './transit-server.js'
import { wrapped } from './wrapped.js'

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => 0x80 + i))
const NONCE = Buffer.from(Array.from({ length: 24 }, (_, i) => 0x40 + i))
const HEADER = Buffer.from('50515253c0c1c2c3c4c5c6c7', 'hex')
const SEALED = Buffer.from([
  'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb',
  '731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452',
  '2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9',
  '21f9664c97637da9768812f615c68b13b52e',
  'c0875924c1c7987947deafd8780acf49'
].join(''), 'hex')
const TEXT = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, " +
  'sunscreen would be it.'

t.test('POST decrypt/:name opens what the draft has sealed', async (t) => {
  const { read, write, refusal } = await transit(t, { profile: 'openbao-2.5' })
  const ciphertext = wrapped((await read('wrapping_key')).public_key, KEY)
  t.equal(await refusal('keys/draft/import', { ciphertext, type: 'xchacha20-poly1305' }), '204')
  const { plaintext } = await write('decrypt/draft', {
    ciphertext: `vault:v1:${Buffer.concat([NONCE, SEALED]).toString('base64')}`,
    associated_data: HEADER.toString('base64')
  })
  t.equal(Buffer.from(plaintext, 'base64').toString(), TEXT)
})
