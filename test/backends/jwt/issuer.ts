// An issuer of tokens for tests: a key, and what it signs.
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK } from 'jose'

export interface Issuer {
  readonly pem: string
  readonly jwk: JWK
  /** signs claims as they are */
  readonly sign: (claims: object) => Promise<string>
}

export async function issuer (kid = 'first'): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  return {
    pem: await exportSPKI(publicKey),
    jwk: { ...await exportJWK(publicKey), kid, alg: 'ES256' },
    sign: async (claims) => await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
  }
}
