// `vault-mock ctl`: the controls of a running server from the command line, in the words of the API.
import { readFile } from 'node:fs/promises'
import { candidates, completionScript, SHELLS } from './completion.js'
import { describe, explain, refusalIn, Refused, verbFor } from './description.js'
import { Link, type Answer } from './link.js'
import { table } from './tables.js'
import { top, watch } from './watch.js'
import { bodyOf, pathOf, queryOf, readWords, UnknownFlag, type Environment, type Request } from './words.js'

export const CTL_USAGE = `Usage: vault-mock ctl [FLAG…] [get|post|put|delete] WORD… [field=value…] [@FILE]

  vault-mock ctl nodes raft_1 kill
  vault-mock ctl journal path='secret/**' status=403
  vault-mock ctl time advance ms=60000
  vault-mock ctl time skip-until condition=leader-elected
  vault-mock ctl faults effect.status=503 match.path='secret/**'
  vault-mock ctl delete faults
  vault-mock ctl state > world.json
  vault-mock ctl put state @world.json
  vault-mock ctl watch                     what happens, as it happens
  vault-mock ctl top                       nodes, roles, terms, indexes, lag
  vault-mock ctl completion bash           also zsh and fish

The words are those of /_mock/ (see /_mock/openapi.json); the verb is left out where it is plain. Fields are the query
of a GET, else the body; their values are JSON where they can be.

  --address URL          of any node or of the controls: VAULT_MOCK_CONTROL_ADDR, VAULT_ADDR, else http://127.0.0.1:8200
  --world NAME           of a server that has several
  --control-token TOKEN  of a server that has one: VAULT_MOCK_CONTROL_TOKEN
  --json                 as the server answered

VAULT_CACERT and VAULT_SKIP_VERIFY are as Vault's own command has them.
`

const WRONG_USE = 2

type Print = (text: string) => void

export interface Terminal {
  /** somebody looks at what is printed, as it is printed */
  readonly isTerminal?: boolean
  /** for what is wrong; where the answer goes, if not said */
  readonly complain?: Print
}

/**
 * Does what was asked for and prints the answer.
 *
 * @returns the exit code: 2 for words that there are not, 1 for a refusal
 */
export async function control (
  args: readonly string[], environment: Environment, print: Print, terminal: Terminal = {}
): Promise<number> {
  const { isTerminal = false, complain = print } = terminal
  if (args[0] === 'complete') return await complete(args.slice(1), environment, print)
  const request = readOrComplain(args, environment, complain)
  if (request === undefined) return WRONG_USE
  const [word] = request.words
  if (word === undefined || request.help) {
    print(CTL_USAGE)
    return request.help ? 0 : WRONG_USE
  }
  if (word === 'completion') return printCompletion(request.words[1], print, complain)
  const link = new Link(request, environment)
  if (word === 'watch') return await watch(link, request, print)
  if (word === 'top') return await top(link, request, print, isTerminal)
  try {
    return await ask(link, request, print, complain)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    complain(`vault-mock ctl: ${error.message}\n`)
    return 1
  }
}

function readOrComplain (args: readonly string[], environment: Environment, complain: Print): Request | undefined {
  try {
    return readWords(args, environment)
  } catch (error) {
    if (!(error instanceof UnknownFlag)) throw error
    complain(`vault-mock ctl: ${error.message}\n`)
    return undefined
  }
}

async function ask (link: Link, request: Request, print: Print, complain: Print): Promise<number> {
  const description = await describe(link)
  const verb = verbFor(description, request)
  if (verb === undefined) {
    complain(`vault-mock ctl: ${explain(description, request.words)}\n`)
    return WRONG_USE
  }
  const answer = await send(link, request, verb)
  if (answer.status < 300) {
    print(request.json || !isList(answer, request) ? ended(answer.text) : table(JSON.parse(answer.text)))
    return 0
  }
  const refusal = request.json ? undefined : refusalIn(answer.text)
  if (refusal === undefined) print(ended(answer.text))
  else complain(`vault-mock ctl: ${refusal}\n`)
  return 1
}

async function send (link: Link, { words, fields, file }: Request, verb: string): Promise<Answer> {
  if (verb === 'get') return await link.send('GET', pathOf(words) + queryOf(fields))
  const body = file === undefined ? fields.length === 0 ? undefined : JSON.stringify(bodyOf(fields)) : await readFile(file, 'utf8')
  return await link.send(verb.toUpperCase(), pathOf(words), body)
}

/** What is read by programs, or loaded again, is left as it is. */
const AS_IT_IS = new Set(['state', 'openapi.json', 'provenance'])

function isList ({ type, text }: Answer, { words }: Request): boolean {
  return type.startsWith('application/json') && text !== '' && !AS_IT_IS.has(words[0] ?? '') && words[1] !== 'har'
}

function ended (text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function printCompletion (shell: string | undefined, print: Print, complain: Print): number {
  const script = completionScript(shell)
  if (script !== undefined) print(script)
  else complain(`vault-mock ctl: completion is for ${SHELLS.join(', ')}\n`)
  return script === undefined ? WRONG_USE : 0
}

/** For the shell, which shows nothing where nothing is known. */
async function complete (words: readonly string[], environment: Environment, print: Print): Promise<number> {
  try {
    const link = new Link(readWords([], environment), environment)
    const found = await candidates(link, await describe(link), words)
    print(found.map((word) => `${word}\n`).join(''))
    return 0
  } catch { return 1 }
}
