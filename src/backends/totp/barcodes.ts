// Bar codes: an address as a square picture that an authenticator reads, in the manner of the real server's.
import { PNG, type PackerOptions } from 'pngjs'
import { encode } from 'uqr'
import { failure, NotSimulated } from '../../refusal/index.js'

/** Larger ones would hold the process for too long. */
const MOST_PIXELS = 2048
const [BLACK, WHITE] = [0, 255]
/** One byte of grey for a pixel. */
const GREY: PackerOptions = { colorType: 0, inputColorType: 0, bitDepth: 8, inputHasAlpha: false, filterType: 0 }

/**
 * A PNG in base64, of as many pixels in width and height, without a margin but what does not divide evenly.
 *
 * @throws VaultError `failure` where so many pixels cannot show it, or no bar code can hold it (this text is ours)
 */
export function barcode (text: string, pixels: number): string {
  if (pixels > MOST_PIXELS) throw new NotSimulated(`bar codes of more than ${MOST_PIXELS} pixels`)
  const modules = modulesOf(text)
  const scale = Math.floor(pixels / modules.length)
  if (scale < 1) {
    const least = `${modules.length}x${modules.length}`
    throw cannotGenerate(`can not scale barcode to an image smaller than ${least}`)
  }
  const png = new PNG({ width: pixels, height: pixels, ...GREY })
  png.data = draw(modules, pixels, scale)
  return PNG.sync.write(png, GREY).toString('base64')
}

function modulesOf (text: string): readonly (readonly boolean[])[] {
  try {
    return encode(text, { ecc: 'M', boostEcc: false, border: 0 }).data
  } catch {
    throw cannotGenerate('No encoding found to encode the address of the key')
  }
}

function draw (modules: readonly (readonly boolean[])[], pixels: number, scale: number): Buffer {
  const picture = Buffer.alloc(pixels * pixels, WHITE)
  const margin = Math.floor((pixels - modules.length * scale) / 2)
  modules.forEach((row, y) => {
    const top = (margin + y * scale) * pixels
    row.forEach((dark, x) => {
      const left = top + margin + x * scale
      if (dark) picture.fill(BLACK, left, left + scale)
    })
    for (let line = 1; line < scale; line++) picture.copy(picture, top + line * pixels, top, top + pixels)
  })
  return picture
}

function cannotGenerate (why: string): Error {
  return failure(`failed to generate QR code image: ${why}`)
}
