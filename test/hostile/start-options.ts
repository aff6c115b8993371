// How every server of the fuzzer starts: the same seed, and something for each token to find.
import type { Case } from './cases.js'
import type { StartOptions } from './server-process.js'

const DATA = JSON.stringify({
  secrets: { 'secret/app': { password: 'x', nested: { a: [1, 2] } } },
  policies: { fuzz: 'path "secret/*" { capabilities = ["create", "read", "update", "delete", "list", "patch"] } path "sys/*" { capabilities = ["read", "list"] }' },
  tokens: { fuzz: { policies: ['fuzz'] } }
})

/** An entry of the corpus that takes longer has failed. */
export const ENTRY_WITHIN_MS = 180_000

export function startOptions ({ flags, data = DATA }: Pick<Case, 'flags' | 'data'>): StartOptions {
  return { flags: ['--seed', '1', ...flags], data }
}
