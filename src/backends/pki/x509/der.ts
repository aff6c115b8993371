// ASN.1 structures as bytes, and bytes as structures.
import { AsnConvert } from '@peculiar/asn1-schema'

/** What bytes are not: the structure that was looked for. */
export class MalformedDer extends Error {
  override readonly name = 'MalformedDer'
}

export function toDer (structure: object): Buffer {
  return Buffer.from(AsnConvert.serialize(structure))
}

/** @throws MalformedDer */
export function fromDer<T> (der: Uint8Array, structure: new () => T): T {
  try {
    return AsnConvert.parse(der, structure)
  } catch (error) {
    throw new MalformedDer(`malformed ${structure.name}`, { cause: error })
  }
}

/** The bytes in a buffer of their own, as the structures want them. */
export function toArrayBuffer (bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
