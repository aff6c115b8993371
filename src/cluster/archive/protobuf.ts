// As much of the protobuf wire format as storage entries and sealed blobs need.

const VARINT = 0
const FIXED_64 = 1
/** The wire type of text, bytes and messages. */
export const BYTES = 2
const FIXED_32 = 5
/** Go refuses longer ones too: 64 bits, seven to a byte. */
const MAX_VARINT_BYTES = 10

/** Bytes that are no protobuf message. */
export class ProtobufError extends Error {}

/** An unsigned varint; 0 to 2^53 - 1. */
export function encodeVarint (value: number): Uint8Array {
  const bytes = new Uint8Array(varintLength(value))
  writeVarint(bytes, value, 0)
  return bytes
}

/** How many bytes a varint takes. */
export function varintLength (value: number): number {
  let length = 1
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length += 1
  return length
}

/** @returns where what follows belongs */
export function writeVarint (bytes: Uint8Array, value: number, offset: number): number {
  let at = offset
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = rest % 128 + 128
  bytes[at++] = rest
  return at
}

/**
 * The varint at an offset and how many bytes it takes; undefined when the bytes end before it does.
 *
 * @throws ProtobufError if it is longer than 10 bytes
 */
export function decodeVarint (bytes: Uint8Array, offset: number): { value: number, length: number } | undefined {
  let value = 0
  for (let length = 1; length <= MAX_VARINT_BYTES; length++) {
    const byte = bytes[offset + length - 1]
    if (byte === undefined) return undefined
    value += (byte & 127) * 2 ** (7 * (length - 1))
    if (byte < 128) return { value, length }
  }
  throw new ProtobufError('varint is longer than 10 bytes')
}

/** A field of kind bytes or string, key included; nothing at all for an empty one, as proto3 has it. */
export function encodeField (number: number, value: Uint8Array): Uint8Array {
  if (value.length === 0) return new Uint8Array()
  return Buffer.concat([encodeVarint(number * 8 + BYTES), encodeVarint(value.length), value])
}

/**
 * A message's fields of kind bytes, by their numbers; the last of several counts, other kinds are skipped.
 *
 * @returns views on `message`, not copies
 * @throws ProtobufError if it is no message
 */
export function decodeFields (message: Uint8Array): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>()
  let offset = 0
  while (offset < message.length) {
    const key = needVarint(message, offset)
    const start = offset + key.length
    const { from, to } = extent(message, start, key.value % 8)
    if (to > message.length) throw new ProtobufError('field is cut off')
    if (key.value < 8) throw new ProtobufError('field number is zero')
    if (key.value % 8 === BYTES) fields.set(Math.floor(key.value / 8), message.subarray(from, to))
    offset = to
  }
  return fields
}

/** Where a field's value lies, behind its length if it has one. */
function extent (message: Uint8Array, start: number, wireType: number): { from: number, to: number } {
  if (wireType === FIXED_64) return { from: start, to: start + 8 }
  if (wireType === FIXED_32) return { from: start, to: start + 4 }
  if (wireType !== VARINT && wireType !== BYTES) throw new ProtobufError(`wire type ${wireType} is not known`)
  const { value, length } = needVarint(message, start)
  const from = start + length
  return { from, to: wireType === BYTES ? from + value : from }
}

function needVarint (message: Uint8Array, offset: number): { value: number, length: number } {
  const varint = decodeVarint(message, offset)
  if (varint === undefined) throw new ProtobufError('varint is cut off')
  return varint
}
