// Chance by seed: the same seed, attack and number make the same case on every machine.
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export class Dice {
  readonly #source: ReturnType<typeof xoroshiro128plus>

  constructor (seed: number, what: string, number: number) {
    let mixed = seed | 0
    for (const unit of `${what}/${number}`) mixed = Math.imul(mixed ^ unit.charCodeAt(0), 0x01000193)
    this.#source = xoroshiro128plus(mixed)
  }

  /** from 0, below the limit */
  below (limit: number): number {
    return uniformInt(this.#source, 0, limit - 1)
  }

  chance (probability: number): boolean {
    return this.below(1000) < probability * 1000
  }

  pick<T> (list: readonly T[]): T {
    const picked = list[this.below(list.length)]
    if (picked === undefined && list.length === 0) throw new Error('nothing to pick from')
    return picked as T
  }

  /** up to so many of what is made */
  several<T> (atMost: number, make: () => T): T[] {
    return Array.from({ length: this.below(atMost + 1) }, make)
  }
}
