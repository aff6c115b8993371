// docs/coverage.md and the index behind it are what the path tables and the recordings say today.
import t from 'tap'
import { readFileSync } from 'node:fs'
import { indexText } from '../../../scripts/recorded-index.js'
import { pageText } from '../../../scripts/coverage-text.js'

const RUN = 'is up to date; if not: npm run coverage-page'

function textOf (path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
}

t.test('the index of the recordings', async (t) => {
  t.equal(textOf('src/http/provenance/recorded.json') === await indexText(), true, RUN)
})

t.test('the page', async (t) => {
  t.equal(textOf('docs/coverage.md') === await pageText(), true, RUN)
})
