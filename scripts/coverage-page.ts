// Writes the index of what the recordings show, and docs/coverage.md. `npm run coverage-page`
import { writeFile } from 'node:fs/promises'
import { indexText } from './recorded-index.js'

await writeFile(new URL('../src/http/provenance/recorded.json', import.meta.url), await indexText())
// the page is made from the index: it is read only now
const { pageText } = await import('./coverage-text.js')
await writeFile(new URL('../docs/coverage.md', import.meta.url), await pageText())
