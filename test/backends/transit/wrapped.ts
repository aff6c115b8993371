// Key material, wrapped as transit's import paths want it.
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'

/** @param oaepHash of the outer layer */
export function wrapped (wrappingKey: string, material: Buffer, oaepHash = 'sha256'): string {
  const ephemeral = randomBytes(32)
  const inner = createCipheriv('id-aes256-wrap-pad', ephemeral, Buffer.from('A65959A6', 'hex'))
  const key = createPublicKey(wrappingKey)
  const outer = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, ephemeral)
  return Buffer.concat([outer, inner.update(material), inner.final()]).toString('base64')
}
