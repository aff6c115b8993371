// The report as a file, in the form that its name asks for.
import type { Report } from '../suite.js'
import { junitReport } from './junit.js'
import { markdownReport } from './markdown.js'

const FORMS: ReadonlyMap<string, (report: Report) => string> = new Map([
  ['.json', (report: Report) => JSON.stringify(report, null, 2) + '\n'],
  ['.md', markdownReport],
  ['.xml', junitReport]
])

/** @returns undefined where the file's ending names no form: `.json`, `.md` and `.xml` (JUnit) do */
export function reportForm (file: string): ((report: Report) => string) | undefined {
  return FORMS.get(/\.\w+$/.exec(file)?.[0] ?? '')
}
