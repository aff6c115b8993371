// X-Vault-Mock-Prefer: one request says itself what is to become of it.
import { FAULT_FLAGS, type Effect } from '../control/fault-flags.js'

/**
 * Reads the header.
 *
 * @param text e.g. `status=473`, `status=500; error=no luck`, `latency=200`, `hang`, `reset=before-headers`, `sealed`
 * @returns undefined where nothing is understood: the request goes its normal way
 */
export function preferred (text: string): Effect | undefined {
  const effect: Record<string, unknown> = {}
  for (const part of text.split(';')) {
    const [name = '', value] = part.split('=', 2).map((word) => word.trim())
    const read = WORDS[name]
    if (read !== undefined && value !== undefined) Object.assign(effect, read(value))
    else if (FAULT_FLAGS.includes(name)) effect[name] = true
  }
  return Object.keys(effect).length === 0 ? undefined : effect as Effect
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
