// Chance: one seed, and an independent stream for each concern, so that one more token does not change the next
// election.
import { createHash, randomInt } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'
import { closed, count, mapOf, type State } from './declared.js'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const words = Type.Array(Type.Integer(), { minItems: 4, maxItems: 4, description: 'four whole numbers' })

/** Per stream the four words of its generator; a stream that is not named begins from the seed. */
export const RandomForm = Type.Object({ seed: count, streams: mapOf(words) }, closed)

export type RandomState = State<typeof RandomForm>

/** A seed nobody has chosen: a whole number below 2^32. */
export function randomSeed (): number {
  return randomInt(2 ** 32)
}

/** All chance of a world. The generators are its only parts that change in place: each draw moves one on. */
export class Random {
  readonly #streams = new Map<string, RandomStream>()
  #seed: number

  /** @param seed a whole number; the same seed gives the same streams */
  constructor (seed: number) {
    this.#seed = seed
  }

  get seed (): number { return this.#seed }

  /** The stream of a concern, e.g. `tokens`; asking again goes on with the same one. */
  stream (name: string): RandomStream {
    const existing = this.#streams.get(name)
    if (existing !== undefined) return existing
    const stream = new RandomStream(firstState(this.#seed, name))
    this.#streams.set(name, stream)
    return stream
  }

  /** The streams that were drawn from; the others begin from the seed anyway. */
  get state (): RandomState {
    const states = [...this.#streams].map(([name, stream]) => [name, stream.state] as const)
    const drawn = states.filter(([name, state]) => firstState(this.#seed, name).some((word, i) => word !== state[i]))
    return { seed: this.#seed, streams: new Map(drawn) }
  }

  /** Takes over a state; streams handed out earlier go on from it. */
  restore ({ seed, streams }: RandomState): void {
    this.#seed = seed
    for (const name of streams.keys()) this.stream(name)
    for (const [name, stream] of this.#streams) stream.state = streams.get(name) ?? firstState(seed, name)
  }
}

/** What one concern draws from. */
export class RandomStream {
  #generator: JumpableRandomGenerator

  constructor (state: readonly number[]) {
    this.#generator = xoroshiro128plusFromState(state)
  }

  get state (): readonly number[] { return [...this.#generator.getState()] }
  set state (state: readonly number[]) { this.#generator = xoroshiro128plusFromState(state) }

  bytes (count: number): Buffer {
    const words = Math.ceil(count / 4)
    const buffer = Buffer.alloc(words * 4)
    for (let i = 0; i < words; i++) buffer.writeInt32LE(this.#generator.next(), i * 4)
    return buffer.subarray(0, count)
  }

  /** A UUID of version 4, lower case. Every request draws one. */
  uuid (): string {
    const first = this.#generator.next()
    const second = (this.#generator.next() & 0xffff0fff) | 0x4000
    const third = (this.#generator.next() & 0x3fffffff) | 0x80000000
    const fourth = this.#generator.next()
    const [b, c] = [hex8(second), hex8(third)]
    return `${hex8(first)}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${hex8(fourth)}`
  }

  /** @param length in digits */
  hex (length: number): string {
    return this.bytes(Math.ceil(length / 2)).toString('hex').slice(0, length)
  }

  /** @param length in characters, of digits and both cases of letters */
  base62 (length: number): string {
    let text = ''
    for (let i = 0; i < length; i++) text += BASE62[this.integer(0, 61)]
    return text
  }

  /** A whole number, both ends included. */
  integer (minimum: number, maximum: number): number {
    return uniformInt(this.#generator, minimum, maximum)
  }

  /** From 0 up to, not including, 1. */
  fraction (): number {
    return uniformFloat64(this.#generator)
  }

  /** One of a list that is not empty. */
  pick<T> (list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('nothing to pick from')
    return list[this.integer(0, list.length - 1)]!
  }
}

function firstState (seed: number, name: string): number[] {
  const digest = createHash('sha256').update(`${seed}\0${name}`).digest()
  return [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset))
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

function hex8 (word: number): string {
  return HEX[word >>> 24]! + HEX[(word >>> 16) & 0xff]! + HEX[(word >>> 8) & 0xff]! + HEX[word & 0xff]!
}
