// `vault-mock ctl`: the controls of a running server from the command line, in the words of the API.
import { readFile } from 'node:fs/promises'

const LINE = '[--address URL] [--world NAME] [get|post|put|delete] WORD… [field=value…] [@FILE]'

export const CTL_USAGE = `Usage: vault-mock ctl ${LINE}

  vault-mock ctl nodes raft_1 kill
  vault-mock ctl time advance ms=60000
  vault-mock ctl time skip-until condition=leader-elected
  vault-mock ctl faults effect.status=503 match.path='secret/**'
  vault-mock ctl delete faults
  vault-mock ctl state > world.json
  vault-mock ctl put state @world.json

The words are those of /_mock/ (see /_mock/openapi.json); the verb is left out where it is plain. Values are JSON
where they can be. The address is that of any node: VAULT_ADDR, else http://127.0.0.1:8200. The
control token of a server that has one: --control-token TOKEN, else VAULT_MOCK_CONTROL_TOKEN.
`

const VERBS = ['get', 'post', 'put', 'delete']

/** A request to the controls. */
export interface Control {
  readonly address: string
  /** lower case; undefined: as the server's description says */
  readonly verb: string | undefined
  /** below /_mock */
  readonly path: string
  readonly body: Record<string, unknown> | undefined
  readonly file: string | undefined
  /** of a server that has one */
  readonly controlToken: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** @returns undefined where there are no words */
export function readControl (args: readonly string[], environment: Environment): Control | undefined {
  const rest = [...args]
  const address = take(rest, '--address') ?? environment.VAULT_ADDR ?? 'http://127.0.0.1:8200'
  const controlToken = take(rest, '--control-token') ?? environment.VAULT_MOCK_CONTROL_TOKEN
  const world = take(rest, '--world')
  const verb = VERBS.includes(rest[0] ?? '') ? rest.shift() : undefined
  const words = rest.filter((word) => !word.includes('=') && !word.startsWith('@'))
  if (words.length === 0) return undefined
  const fields = rest.filter((word) => word.includes('=') && !word.startsWith('@'))
  return {
    address: world === undefined ? address : `${address}/_mock/worlds/${world}`,
    verb,
    path: `/_mock/${words.map((word) => encodeURIComponent(word.replace('/', ':'))).join('/')}`,
    body: fields.length === 0 ? undefined : bodyOf(fields),
    file: rest.find((word) => word.startsWith('@'))?.slice(1),
    controlToken
  }
}

function take (args: string[], flag: string): string | undefined {
  const at = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`))
  if (at < 0) return undefined
  const [found = ''] = args.splice(at, 1)
  return found === flag ? args.splice(at, 1)[0] : found.slice(flag.length + 1)
}

/** `match.path=a` becomes `{ match: { path: 'a' } }`. */
function bodyOf (fields: readonly string[]): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const field of fields) {
    const mark = field.indexOf('=')
    const names = field.slice(0, mark).split('.')
    const last = names.pop() ?? ''
    let place = body
    for (const name of names) place = (place[name] ??= {}) as Record<string, unknown>
    place[last] = valueOf(field.slice(mark + 1))
  }
  return body
}

function valueOf (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch { return text }
}

/** Sends it and prints the answer; @returns the exit code */
export async function control (
  args: readonly string[], environment: Environment, print: (text: string) => void
): Promise<number> {
  const request = readControl(args, environment)
  if (request === undefined || args.includes('--help')) {
    print(CTL_USAGE)
    return request === undefined ? 2 : 0
  }
  const { address, path, body, file } = request
  const payload = file === undefined ? body === undefined ? undefined : JSON.stringify(body) : await readFile(file, 'utf8')
  const method = request.verb ?? await verbFor(request, payload !== undefined)
  const headers = headersOf(request)
  const answer = await fetch(address + path, { method: method.toUpperCase(), body: payload, headers })
  const text = await answer.text()
  if (text !== '') print(text.endsWith('\n') ? text : `${text}\n`)
  return answer.ok ? 0 : 1
}

function headersOf ({ controlToken }: Control): Record<string, string> {
  return controlToken === undefined ? {} : { 'x-vault-mock-control-token': controlToken }
}

/**
 * What the server's description has for the path: GET to look, POST or PUT where there is something to send or
 * nothing else.
 */
async function verbFor (request: Control, sends: boolean): Promise<string> {
  const { address, path } = request
  const answer = await fetch(`${address}/_mock/openapi.json`, { headers: headersOf(request) })
  const { paths = {} } = await answer.json() as { paths?: Record<string, Record<string, unknown>> }
  const found = Object.entries(paths).find(([known]) => new RegExp(`^${known.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
  const verbs = Object.keys(found?.[1] ?? {})
  const order = sends ? ['post', 'put', 'get'] : ['get', 'post', 'put']
  return order.find((verb) => verbs.includes(verb)) ?? 'get'
}
