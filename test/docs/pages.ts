// The pages for users, and what on them can be run.
import { readdirSync, readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

/** A fenced block. */
export interface Snippet {
  readonly page: string
  /** line of its fence, from 1 */
  readonly line: number
  /** `js`, `sh` …; empty where the fence names none */
  readonly language: string
  readonly text: string
}

const DOCUMENTS = readdirSync(new URL('docs', ROOT), { recursive: true, encoding: 'utf8' })

export const PAGES: readonly string[] =
  ['README.md', ...DOCUMENTS.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`).sort()]

function textOf (page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8')
}

export function snippetsOf (page: string): Snippet[] {
  const text = textOf(page)
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = '', 2: body = '' }) => {
    return { page, line: text.slice(0, index).split('\n').length, language, text: body }
  })
}

/** Commands within the text: `npm run x`, and our own where no word stands for something else. */
export function commandsOf (page: string): string[] {
  const prose = textOf(page).replace(/^```[\s\S]*?^```$/gm, '')
  const found = prose.matchAll(/`((?:npx )?vault-mock [^`]+|npm (?:run |start|test|ci)[^`]*)`/g)
  const commands = [...found].map(([, command = '']) => command)
  // without a flag it is only the command's name
  const whole = commands.filter((command) => command.startsWith('npm') || / -/.test(command))
  return [...new Set(whole)].filter((command) => !/[…{]|\b[A-Z]{2,}\b/.test(command))
}
