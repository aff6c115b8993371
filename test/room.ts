// Runs all test files of a folder in one process: loading the program and tap costs more than most files' tests.
import t from 'tap'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** For all files of a folder together. */
const TIMEOUT_MS = 300_000

/** Imports each `*.test.ts` below `test/<folder>`, one after the other. */
export async function room (folder: string): Promise<void> {
  t.setTimeout(TIMEOUT_MS)
  const root = fileURLToPath(new URL(folder, import.meta.url))
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'))
  for (const name of names.sort()) await import(join(root, name))
}
