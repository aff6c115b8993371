// Lists as the identity store keeps them (`strutil.RemoveDuplicates`).
import { compareBytes } from '../../json/index.js'

/** Without empty ones and duplicates, sorted. */
export function distinct (texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))].sort(compareBytes)
}
