// X-Vault-Mock-Prefer: one request says itself what is to become of it.
import type { TSchema } from '@sinclair/typebox'
import { Effect } from '../control/fault-schema.js'

export const WISH_HEADER = 'x-vault-mock-prefer'

/**
 * Reads the header.
 *
 * @param text e.g. `status=473`, `status=500; error=no luck`, `latency=200`, `hang`, `reset=before-headers`, `sealed`
 * @returns undefined where nothing is understood: the request goes its normal way
 */
export function wishedEffect (text: string): Effect | undefined {
  const effect: Effect = {}
  for (const part of text.split(';')) {
    const [name = '', value] = part.split('=', 2).map((word) => word.trim())
    const read = WORDS[name]
    if (read !== undefined && value !== undefined) Object.assign(effect, read(value))
    else if (isFlag(name)) Object.assign(effect, { [name]: true })
  }
  return Object.keys(effect).length === 0 ? undefined : effect
}

/** An effect that is either there or not. */
function isFlag (name: string): boolean {
  const schema: TSchema | undefined = new Map<string, TSchema>(Object.entries(Effect.properties)).get(name)
  const kinds: readonly TSchema[] = schema?.anyOf ?? [schema]
  return kinds.some((kind) => kind?.type === 'boolean')
}

const WORDS: Readonly<Record<string, ((value: string) => Effect) | undefined>> = {
  status: (value) => whole(value, (status) => status >= 200 && status < 600 ? { status } : {}),
  error: (value) => ({ errors: [value] }),
  latency: (value) => whole(value.replace(/ms$/, ''), (latency) => ({ latency })),
  truncate: (value) => whole(value, (truncate) => ({ truncate })),
  reset: (value) => value === 'before-headers' || value === 'after-headers' ? { reset: value } : {},
  'content-type': (contentType) => ({ contentType })
}

function whole (text: string, effect: (number: number) => Effect): Effect {
  return /^\d+$/.test(text) ? effect(Number(text)) : {}
}
