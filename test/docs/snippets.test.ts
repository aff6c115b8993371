// Every snippet and every command of README.md and docs/ is run.
import t, { type Test } from 'tap'
import { readStartingData } from '../../src/world/starting-data.js'
import { commandsOf, PAGES, snippetsOf, type Snippet } from './pages.js'
import { buildPackage, Sandbox, type Outcome } from './sandbox.js'

// they start processes, and what they call takes its time
t.setTimeout(300_000)

const packageFolder = await buildPackage(t)

function sandbox (t: Test): Sandbox { return new Sandbox(t, packageFolder) }

/** How a snippet is run, by its language. */
const RUNNERS: Readonly<Record<string, (t: Test, text: string) => Promise<void>>> = {
  js: runScript,
  sh: async (t, text) => { succeeded(t, await sandbox(t).shell(text), text) },
  json: async (t, text) => { t.doesNotThrow(() => readStartingData(JSON.parse(text))) },
  yaml: runWorkflow
}

const LANGUAGES = Object.keys(RUNNERS).join(', ')

for (const page of PAGES) {
  for (const snippet of snippetsOf(page)) {
    t.test(`${page}:${snippet.line}`, { timeout: 120_000 }, async (t) => {
      const run = RUNNERS[snippet.language]
      if (run === undefined) t.fail(`a language that nobody runs: "${snippet.language}" is none of ${LANGUAGES}`)
      await run?.(t, snippet.text)
    })
  }
  for (const command of commandsOf(page)) {
    t.test(`${page}: ${command}`, { timeout: 120_000 }, async (t) => {
      succeeded(t, await sandbox(t).shell(command), command)
    })
  }
}

function succeeded (t: Test, { code, stdout, stderr }: Outcome, text: string): void {
  t.equal(code, 0, code === 0 ? 'it succeeds' : `${text}\n${stdout}${stderr}`)
}

/** What a line prints stands behind it, as a comment that may go on. */
async function runScript (t: Test, text: Snippet['text']): Promise<void> {
  const outcome = await sandbox(t).script(text)
  succeeded(t, outcome, text)
  const promised = [...text.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, comment = '']) => comment)
  const printed = outcome.stdout.split('\n')
  for (const [i, comment] of promised.entries()) {
    t.ok(comment.startsWith(printed[i] ?? '?'), `${printed[i]} is promised: ${comment}`)
  }
}

/** The service's image with its environment, then what the steps run. */
async function runWorkflow (t: Test, text: Snippet['text']): Promise<void> {
  const variables = text.matchAll(/^ +(VAULT_\w+|BAO_\w+): (.+)$/gm)
  const environment = [...variables].map(([, name, value]) => `-e ${name}=${value}`)
  const [, image] = /^ +image: (\S+)$/m.exec(text) ?? []
  const steps = [...text.matchAll(/^ +- run: (.+)$/gm)].map(([, line = '']) => line)
  const service = image === undefined ? [] : [`docker run ${environment.join(' ')} ${image}`]
  succeeded(t, await sandbox(t).shell([...service, ...steps].join('\n')), text)
}
