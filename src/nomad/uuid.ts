// UUIDs as HashiCorp's library reads them.

const PLACES_OF_DASHES = [8, 13, 18, 23]

export function isUuid (text: string): boolean {
  return uuidProblem(text) === undefined
}

/**
 * What is wrong with a UUID, in the words of `go-uuid`: `uuid string is wrong length`, `encoding/hex: invalid byte:
 * U+007A 'z'`.
 */
export function uuidProblem (text: string): string | undefined {
  if (text.length !== 36) return 'uuid string is wrong length'
  if (PLACES_OF_DASHES.some((place) => text[place] !== '-')) return 'uuid is improperly formatted'
  const digits = PLACES_OF_DASHES.reduceRight((rest, place) => rest.slice(0, place) + rest.slice(place + 1), text)
  const wrong = /[^0-9a-f]/i.exec(digits)?.[0]
  if (wrong === undefined) return undefined
  return `encoding/hex: invalid byte: U+${wrong.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')} '${wrong}'`
}
