// Saved states with something wrong in them: what the server gave out is changed in a few places and given back.
import type { JsonValue } from './values.js'

/** A place is named by its number among all values, depth first, modulo how many there are. */
export interface StateChange {
  readonly place: number
  /** undefined: it is dropped */
  readonly to?: JsonValue
}

/** @param state text as the server printed it; @returns text with the changes made */
export function changedState (state: string, changes: readonly StateChange[]): string {
  const root: { whole: JsonValue } = { whole: JSON.parse(state) }
  for (const { place, to } of changes) {
    const places = placesIn(root)
    const found = places[place % places.length]
    if (found === undefined) continue
    const [holder, key] = found
    if (to === undefined) Reflect.deleteProperty(holder, key)
    else Reflect.set(holder, key, to)
  }
  return JSON.stringify(root.whole ?? null)
}

function placesIn (root: object): Array<[object, string]> {
  const places: Array<[object, string]> = []
  const open: object[] = [root]
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [key, value] of Object.entries(holder)) {
      places.push([holder, key])
      if (typeof value === 'object' && value !== null) open.push(value)
    }
  }
  return places
}
