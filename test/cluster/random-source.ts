// Random bytes that are the same for the same seed.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { uniformInt } from 'pure-rand/distribution/uniformInt'

/** A source of bytes, each run of it the same. */
export function randomSource (seed: number): (count: number) => Uint8Array {
  const generator = xoroshiro128plus(seed)
  return (count) => Uint8Array.from({ length: count }, () => uniformInt(generator, 0, 255))
}
