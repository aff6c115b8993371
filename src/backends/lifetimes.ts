// config/lease: how long the credentials of an engine live.
import { Type } from '@sinclair/typebox'
import type { Entry } from '../cluster/storage.js'
import { goMap, type JsonObject } from '../json/index.js'
import { field } from '../vault/fields/fields.js'
import { formOf, whole } from '../vault/entry-forms.js'
import { definePath, type Call, type LeaseCall, type LentSecret, type PathDefinition } from '../vault/paths.js'

/** Seconds, 0: the mount's. */
export type Lifetimes = JsonObject & { readonly ttlSeconds: number, readonly maxTtlSeconds: number }

export const lifetimesForm = formOf<Lifetimes>()(Type.Object({ ttlSeconds: whole, maxTtlSeconds: whole }))

const fields = Type.Object({
  ttl: field.durationSeconds({ default: 0, description: 'Duration before which the issued credentials need renewal' }),
  max_ttl: field.durationSeconds({
    default: 0, description: 'Duration after which the issued credentials should not be allowed to be renewed'
  })
})

function stored ({ storage, mountPrefix }: Pick<Call, 'storage' | 'mountPrefix'>): Entry<Lifetimes> {
  return storage.entry(`${mountPrefix}config/lease`)
}

/** The path with its operations. */
export const lifetimesPath: PathDefinition = definePath({
  path: 'config/lease',
  summary: 'Configure the lease parameters for generated credentials.',
  fields,
  operations: {
    read: (call) => {
      const lifetimes = stored(call).value
      return lifetimes && { data: goMap({ max_ttl: lifetimes.maxTtlSeconds, ttl: lifetimes.ttlSeconds }) }
    },
    update: (call) => {
      stored(call).put({ ttlSeconds: call.fields.ttl, maxTtlSeconds: call.fields.max_ttl })
    },
    delete: (call) => { stored(call).delete() }
  }
})

/** What is said of a secret, at its birth and at its renewals. */
export function lifetimesOf (call: Pick<LeaseCall, 'storage' | 'mountPrefix'>): Pick<LentSecret, 'ttlSeconds' | 'maxTtlSeconds'> {
  return stored(call).value ?? {}
}
