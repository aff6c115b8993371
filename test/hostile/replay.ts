// Plays one printed case again, at a fresh server.
import { playAlone } from './alone.js'
import type { Case } from './cases.js'
import type { Report } from './report.js'

/** @param printed the JSON of a case */
export async function replay (printed: string, heldMs: number, report: Report): Promise<void> {
  const given: Case = JSON.parse(printed)
  const failures = await playAlone(given, heldMs)
  if (failures.length === 0) report.pass()
  else report.fail(failures)
  for (const failure of failures) report.show(failure, 'replayed', given)
}
