// Runs all test files of a folder in one process: loading the program and tap costs more than most files' tests.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Imports each `*.test.ts` below `test/<folder>`, one after the other. */
export async function room (folder: string): Promise<void> {
  const root = fileURLToPath(new URL(folder, import.meta.url))
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'))
  for (const name of names.sort()) await import(join(root, name))
}
