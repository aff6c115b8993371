// The corpus: what broke it once, played first in every run. One table per kind, one line per reproduction.
import { playAlone } from './alone.js'
import type { Case } from './cases.js'
import { acknowledged } from './corpus/acknowledged.js'
import { archives } from './corpus/archives.js'
import { controls } from './corpus/controls.js'
import { deadlines } from './corpus/deadlines.js'
import { growth } from './corpus/growth.js'
import { nesting } from './corpus/nesting.js'
import { nomad } from './corpus/nomad.js'
import { oddInput } from './corpus/odd-input.js'
import { processes } from './corpus/processes.js'
import type { Entry } from './corpus/entry.js'
import type { Failure } from './player.js'
import type { Report } from './report.js'
import { ENTRY_WITHIN_MS } from './start-options.js'

const CORPUS: Readonly<Record<string, readonly Entry[]>> = {
  acknowledged, deadlines, oddInput, nesting, nomad, controls, archives, growth, processes
}

const FLAGS = ['--profile', 'vault-1.14']

/** @param only a table's name, or what an entry's name contains */
export async function playCorpus (report: Report, heldMs: number, only = ''): Promise<void> {
  for (const [table, entries] of Object.entries(CORPUS)) {
    for (const entry of entries) {
      if (!`${table}: ${entry.name}`.includes(only)) continue
      await judge(report, `${table}: ${entry.name}`, entry, heldMs)
    }
  }
}

async function judge (report: Report, name: string, entry: Entry, heldMs: number): Promise<void> {
  const failures = await playEntry(entry, heldMs)
  const [worst] = failures
  if (worst === undefined) return report.pass()
  report.fail(failures)
  report.show(worst, `corpus, ${name}; the real server: ${entry.real}`, 'steps' in entry ? caseOf(entry) : undefined)
}

async function playEntry (entry: Entry, heldMs: number): Promise<Failure[]> {
  if ('steps' in entry) return await playAlone(caseOf(entry), heldMs, ENTRY_WITHIN_MS)
  try {
    await entry.act()
    return []
  } catch (error) {
    return [{ kind: 'unlike the real server', what: `${entry.name}: ${error instanceof Error ? error.message : String(error)}` }]
  }
}

function caseOf ({ flags = FLAGS, data, steps }: Entry & { readonly steps: Case['steps'] }): Case {
  return { attack: 'corpus', flags, ...data === undefined ? {} : { data }, steps }
}
