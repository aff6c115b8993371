// `login`: a token that is kept, or one that an auth method gives.
import { FIELD_FLAG, FORMAT_FLAG } from '../common-flags.js'
import { failure, saying, usage, type ExitCode } from '../ending.js'
import { goMap, isObject } from '../../../json/index.js'
import { madeSecret, namedTexts, numberOf, textOf, textsOf, type Secret } from '../secret.js'
import { parseGoBool } from '../../../go/strconv.js'
import { readTexts } from '../data.js'
import { sanitizePath, withTrailingSlash } from '../paths.js'
import { storeToken } from '../token-file.js'
import { variable } from '../surroundings.js'
import { wrapText } from '../output/table.js'
import type { Command, Session } from '../command.js'

type Settings = Readonly<Record<string, string>>
type Handler = (session: Session, settings: Settings) => Promise<Secret>

const NOT_ASKED = 'An error occurred attempting to ask for a token. The raw error message is shown below, but usually ' +
  'this is because you attempted to pipe a value into the command or you are executing outside of a terminal (tty). ' +
  'If you want to pipe the value, pass "-" as the argument to read from stdin. The raw error was: '

const byToken: Handler = async (session, settings) => {
  const lookup = parseGoBool(settings['lookup'] ?? 'true')
  if (lookup === undefined) throw new Error(`Failed to parse "lookup" as boolean: strconv.ParseBool: parsing ${JSON.stringify(settings['lookup'])}: invalid syntax`)
  const token = (settings['token'] ?? await askedToken(session)).trim()
  if (token === '') throw new Error('a token must be passed to auth, please view the help for more information')
  if (!lookup) return madeSecret(null, { client_token: token })
  const client = session.client()
  client.token = token
  client.stopWrapping()
  const found = await client.readKnown('auth/token/lookup-self').catch((error: Error) => { throw new Error(`error looking up token: ${error.message}`) })
  if (found === undefined) throw new Error('empty response from lookup-self')
  return tokenSecret(found)
}

async function askedToken ({ surroundings }: Session): Promise<string> {
  surroundings.err('Token (will be hidden): ')
  try {
    return await surroundings.secretLine()
  } catch (error) {
    throw new Error(NOT_ASKED + (error as Error).message)
  } finally {
    surroundings.err('\n')
  }
}

/** What the lookup of a token says, in the form of a login. */
function tokenSecret ({ data }: Secret): Secret {
  const policies = textsOf(data?.['policies']) ?? []
  const identity = textsOf(data?.['identity_policies'])
  const metadata = data?.['meta']
  return madeSecret(null, {
    client_token: textOf(data?.['id']),
    accessor: textOf(data?.['accessor']),
    policies: [...policies, ...identity ?? []],
    token_policies: policies,
    identity_policies: identity,
    metadata: isObject(metadata) ? namedTexts(metadata) : null,
    lease_duration: numberOf(data?.['ttl']),
    renewable: data?.['renewable'] === true
  })
}

const byPassword: Handler = async (session, { username = '', password = '', mount = '' }) => {
  if (username === '') throw new Error("'username' must be specified")
  const body = { password: password === '' ? await askedPassword(session) : password }
  return await loggedIn(session, `auth/${mount}/login/${username}`, body)
}

async function askedPassword ({ surroundings }: Session): Promise<string> {
  surroundings.err('Password (will be hidden): ')
  try {
    return await surroundings.secretLine()
  } finally {
    surroundings.err('\n')
  }
}

const byCertificate: Handler = async (session, { mount = '', name }) => {
  return await loggedIn(session, `auth/${mount}/login`, goMap(name === undefined ? {} : { name }))
}

async function loggedIn (session: Session, path: string, body: Parameters<ReturnType<Session['client']>['write']>[1]): Promise<Secret> {
  const secret = await session.client().write(path, body)
  if (secret === undefined) throw new Error('empty response from credential provider')
  return secret
}

/** Those that need nothing from outside. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['token', byToken], ['userpass', byPassword], ['ldap', byPassword], ['radius', byPassword], ['okta', byPassword], ['cert', byCertificate]
])

const login: Command = {
  words: 'login',
  synopsis: 'Authenticate locally',
  takes: '[AUTH K=V...]',
  flags: [
    FIELD_FLAG,
    FORMAT_FLAG,
    { name: 'method', kind: 'text', default: 'token', description: 'auth method: token, userpass …' },
    { name: 'path', kind: 'text', description: 'where the auth method is mounted; its type if not said' },
    { name: 'no-store', kind: 'switch', description: 'do not keep the token' },
    { name: 'no-print', kind: 'switch', description: 'do not print the token' },
    { name: 'token-only', kind: 'switch', description: 'print the token alone and do not keep it' }
  ],
  async run (session) {
    const { flags } = session
    const tokenOnly = flags.isOn('token-only')
    const noStore = flags.isOn('no-store') || tokenOnly
    if (noStore && flags.isOn('no-print')) throw usage('-no-store and -no-print cannot be used together')
    const method = sanitizePath(flags.text('method')) || 'token'
    const handler = HANDLERS.get(method)
    if (handler === undefined) throw usage(unknownMethod(method))
    const settings = await settingsOf(session, method)
    const client = session.client()
    if (method !== 'token') client.token = ''
    const secret = await saying('Error authenticating', async () => await handler(session, settings))
    client.stopWrapping()
    return await finish(session, secret, { tokenOnly, noStore })
  }
}

function unknownMethod (method: string): string {
  return wrapText(`Unknown auth method: ${method}. Use "vault auth list" to see the complete list of auth methods. ` +
    'Additionally, some auth methods are only available via the HTTP API.')
}

async function settingsOf ({ args, flags, surroundings }: Session, method: string): Promise<Settings> {
  const [first = '=', ...rest] = args
  const words = method === 'token' && !first.includes('=') ? [`token=${first}`, ...rest] : args
  const settings = await saying('Error parsing configuration', async () => await readTexts(words, surroundings.stdin), 1)
  return { ...settings, mount: settings['mount'] || flags.text('path') || withTrailingSlash(method) }
}

interface Keeping {
  readonly tokenOnly: boolean
  readonly noStore: boolean
}

/** A wrapped login is unwrapped where its token is to be kept. */
async function finish (session: Session, first: Secret, keeping: Keeping): Promise<ExitCode> {
  let secret: Secret | undefined = first
  while (secret.auth === undefined) {
    if (secret.wrap_info === undefined) throw failure('Error extracting token: no auth or wrapping info in response')
    if (secret.wrap_info.wrapped_accessor === '') throw failure('Error extracting token: wrapped response does not contain a token')
    if (keeping.tokenOnly) return session.output.secretField(secret, 'wrapping_token')
    if (keeping.noStore) return session.output.secret(secret)
    secret = await unwrapped(session, secret.wrap_info.token)
  }
  if (!keeping.noStore) keep(session, secret)
  else if (!keeping.tokenOnly) session.output.warn(wrapText(NOT_STORED) + '\n')
  return show(session, secret, keeping.tokenOnly)
}

async function unwrapped (session: Session, token: string): Promise<Secret> {
  const client = session.client()
  client.token = token
  const secret = await saying('Error extracting token', async () => await client.write('sys/wrapping/unwrap', null))
  if (secret === undefined) throw failure('Error extracting token: empty response from auth helper')
  return secret
}

const NOT_STORED = 'The token was not stored in token helper. Set the VAULT_TOKEN environment variable or pass the token below with each request to Vault.'
const NOT_PERSISTED = 'Authentication was successful, but the token was not persisted. The resulting token is shown below for your records.'
const WINS = 'WARNING! The VAULT_TOKEN environment variable is set! The value of this variable will take precedence; if this is unwanted ' +
  'please unset VAULT_TOKEN or update its value accordingly.'
const KEPT = 'Success! You are now authenticated. The token information displayed below is already stored in the token helper. ' +
  'You do NOT need to run "vault login" again. Future Vault requests will automatically use this token.'

function keep ({ output, surroundings }: Session, secret: Secret): void {
  try {
    storeToken(surroundings.home, secret.auth?.client_token ?? '')
  } catch (error) {
    output.warn(`Error storing token: ${(error as Error).message}`)
    output.warn(wrapText(NOT_PERSISTED) + '\n')
    output.secret(secret)
    throw failure('')
  }
  if ((variable(surroundings, 'VAULT_TOKEN') ?? '') !== '') output.warn(wrapText(WINS) + '\n')
}

function show ({ flags, output }: Session, secret: Secret, tokenOnly: boolean): ExitCode {
  if (flags.isOn('no-print')) return 0
  const field = tokenOnly ? 'token' : flags.text('field')
  if (field !== '') return output.secretField(secret, field)
  output.tableLine(wrapText(KEPT) + '\n')
  return output.secret(secret)
}

export const LOGIN: readonly Command[] = [login]
