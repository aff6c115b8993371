// The barrier's keyring, as far as clients see it: which term encrypts, since when, and how often it did.
import type { Storage } from './storage.js'
import { keyringIn } from './stored.js'

/** Answered by `sys/key-status`. A type, not an interface, so that it is a storable JSON value. */
export type Keyring = {
  /** counts the keys; 1 from initialization on */
  readonly term: number
  readonly installedAtMs: number
  /** since the term's key was installed */
  readonly encryptions: number
}

/** The stored keyring; before initialization the first one, of the year 1970. */
export function keyringOf (storage: Storage): Keyring {
  return keyringIn(storage).value ?? firstKeyring(0)
}

/** The keyring of a cluster just initialized. */
export function firstKeyring (nowMs: number): Keyring {
  return { term: 1, installedAtMs: nowMs, encryptions: 0 }
}

/** `sys/rotate`: a new key, the old ones are kept for reading. */
export function rotateKeyring (keyring: Keyring, nowMs: number): Keyring {
  return { term: keyring.term + 1, installedAtMs: nowMs, encryptions: 0 }
}
