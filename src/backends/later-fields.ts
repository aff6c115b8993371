// Fields that servers of later versions have besides, and that do nothing here: they are shown as they are at first,
// and nobody can set them.
import { printJson, type JsonObject, type JsonValue } from '../json/index.js'
import { NotSimulated } from '../refusal/index.js'
import type { LaterPlace } from '../profiles/index.js'
import type { Call } from '../vault/paths.js'

/** What a read shows besides. */
export function laterFields ({ cluster }: Pick<Call<unknown>, 'cluster'>, place: LaterPlace): JsonObject {
  return { ...cluster.profile.laterFields[place] }
}

/**
 * @param unshown further fields, which reads do not show as long as they are not set
 * @throws NotSimulated where a request sets one of them to something else
 */
export function refuseLater (
  call: Pick<Call<unknown>, 'cluster' | 'request'>, place: LaterPlace, unshown: readonly string[] = []
): void {
  const shown = call.cluster.profile.laterFields[place]
  if (shown === undefined) return
  const initially: JsonObject = { ...Object.fromEntries(unshown.map((name) => [name, null])), ...shown }
  for (const [name, initial] of Object.entries(initially)) {
    const given = call.request.data[name]
    if (given !== undefined && !isSame(given, initial)) throw new NotSimulated(`${name} of ${place}`)
  }
}

/** Nothing can be said in several ways. */
const NOTHING = ['""', '0', '"0"', 'false', '"false"', 'null', '[]', '{}']

function isSame (given: JsonValue, initial: JsonValue = null): boolean {
  const [one, other] = [printJson(given), printJson(initial)]
  return one === other || (NOTHING.includes(one) && NOTHING.includes(other))
}
