// Runs the tests and shows which lines of the sources they never reach. `npm run coverage [-- test/FILE …]`
// Node collects, c8 maps back to the sources: tap's own collector keeps no source maps and takes all lines for covered.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const WANTED_PERCENT = 95

const folder = mkdtempSync(join(tmpdir(), 'vault-mock-coverage-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const { status } = spawnSync('npx', ['tap', '--reporter=terse', ...process.argv.slice(2)], {
  cwd: root, stdio: ['inherit', 'ignore', 'inherit'], env: { ...process.env, NODE_V8_COVERAGE: join(folder, 'raw') }
})
if (status !== 0) console.log('some tests failed: `npm test` says which')
process.exitCode = status ?? 1

console.log(execFileSync('npx', [
  'c8', 'report', '--temp-directory', join(folder, 'raw'), '--reports-dir', folder,
  '--src', 'src', '--include', 'src/**', '--exclude-after-remap', '--reporter', 'text-summary', '--reporter', 'json'
], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))

const files = Object.values(JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8'))).map(reached)
const wanting = files.filter(({ percent }) => percent < WANTED_PERCENT).sort((a, b) => a.percent - b.percent)
console.log(`Files of which less than ${WANTED_PERCENT} % is reached, with the lines that are not:`)
for (const { file, percent, missed } of wanting) console.log(`${percent.toFixed(0).padStart(4)} %  ${file}: ${missed}`)

/** c8 counts each line as one statement. */
function reached ({ path, s: counts, statementMap }) {
  const lines = Object.keys(counts).filter((key) => counts[key] === 0).map((key) => statementMap[key].start.line)
  const all = Object.keys(counts).length
  return { file: relative(root, path), percent: 100 * (all - lines.length) / all, missed: ranges(lines).join(', ') }
}

/** @returns `['3', '7-9']` for 3, 7, 8, 9 */
function ranges (lines) {
  const found = []
  for (const line of lines.sort((a, b) => a - b)) {
    const last = found.at(-1)
    if (last?.to === line - 1) last.to = line
    else found.push({ from: line, to: line })
  }
  return found.map(({ from, to }) => from === to ? String(from) : `${from}-${to}`)
}
