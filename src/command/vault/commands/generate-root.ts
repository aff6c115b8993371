// `operator generate-root`: a new root token, or the token for a DR operation, made with key shares.
import { bareMembers } from './status.js'
import { columns, wrapText } from '../output/table.js'
import { decodedBase64 } from '../../../go/base64.js'
import { saying, usage, type ExitCode } from '../ending.js'
import { FORMAT_FLAG } from '../common-flags.js'
import { goMap, type JsonObject } from '../../../json/index.js'
import { numberOf, textOf } from '../secret.js'
import { expectAtMost, type Command, type Session } from '../command.js'

/** What is done with an attempt that key holders take part in. */
export const CEREMONY_FLAGS = [
  { name: 'init', kind: 'switch', description: 'begin' },
  { name: 'cancel', kind: 'switch', description: 'give up, forget the keys so far' },
  { name: 'status', kind: 'switch', description: 'tell how far it is' }
] as const satisfies Command['flags']

const generateRoot: Command = {
  words: 'operator generate-root',
  synopsis: 'Generates a new root, DR operation, or recovery token',
  takes: '[KEY]',
  flags: [
    FORMAT_FLAG,
    ...CEREMONY_FLAGS,
    { name: 'decode', kind: 'text', description: 'the encoded token to decode; needs -otp' },
    { name: 'generate-otp', kind: 'switch', description: 'make a one-time password to use with -init' },
    { name: 'dr-token', kind: 'switch', description: 'for a DR operation token' },
    { name: 'recovery-token', kind: 'switch', description: 'for a recovery token' },
    { name: 'otp', kind: 'text', description: 'the one-time password' },
    { name: 'pgp-key', kind: 'text', description: 'public PGP key to encrypt the token with' },
    { name: 'nonce', kind: 'text', description: 'nonce of the attempt' }
  ],
  async run (session) {
    const { args, flags } = session
    expectAtMost(args, 1, '0-1')
    if (flags.isOn('dr-token') && flags.isOn('recovery-token')) throw usage('Both -recovery-token and -dr-token flags are set')
    if (flags.isOn('generate-otp')) return await generateOtp(session)
    if (flags.text('decode') !== '') return await decode(session)
    if (flags.isOn('cancel')) return await cancel(session)
    if (flags.isOn('init')) return await begin(session)
    if (flags.isOn('status')) return showAttempt(session, await attempt(session))
    return await provide(session, (args[0] ?? '').trim())
  }
}

function place ({ flags }: Session, step: 'attempt' | 'update'): string {
  if (flags.isOn('dr-token')) return `sys/replication/dr/secondary/generate-operation-token/${step}`
  return flags.isOn('recovery-token') ? `sys/generate-recovery-token/${step}` : `sys/generate-root/${step}`
}

async function attempt (session: Session): Promise<JsonObject> {
  return await saying('Error getting root generation status', async () => await bareMembers(session.client(), place(session, 'attempt')))
}

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

async function generateOtp (session: Session): Promise<ExitCode> {
  const length = numberOf((await attempt(session))['otp_length'])
  const { Random, randomSeed } = await import('../../../sim/random.js')
  const draws = new Random(randomSeed()).stream('one-time password')
  const otp = Array.from({ length }, () => CHARACTERS[draws.integer(0, CHARACTERS.length - 1)]).join('')
  if (!session.output.isTable) return session.output.data(goMap({ otp, otp_length: length }))
  session.output.raw(otp)
  return 0
}

async function decode (session: Session): Promise<ExitCode> {
  const { flags, output, surroundings } = session
  if (flags.text('otp') === '') throw usage('Missing otp: use -otp to supply it')
  const encoded = flags.text('decode') === '-' ? await surroundings.stdin() : flags.text('decode')
  if (encoded === '') throw usage('Missing encoded value. When using -decode="-" value must be passed via stdin.')
  await attempt(session)
  const token = decoded(encoded.trim(), flags.text('otp'))
  if (!output.isTable) return output.data({ token })
  output.raw(token)
  return 0
}

/** The token that two texts of equal length hide. */
function decoded (encoded: string, otp: string): string {
  const bytes = decodedBase64(encoded + '='.repeat((4 - encoded.length % 4) % 4))
  if (bytes === undefined) {
    const at = encoded.search(/[^A-Za-z0-9+/]/)
    throw usage(`Error decoding root token: error decoding base64'd token: illegal base64 data at input byte ${at}`)
  }
  const password = Buffer.from(otp)
  if (bytes.length !== password.length) {
    throw usage('Error decoding root token: error xoring token: length of byte slices is not equivalent: ' +
      `${bytes.length} != ${password.length}`)
  }
  return Buffer.from(bytes.map((byte, i) => byte ^ (password[i] ?? 0))).toString()
}

async function cancel (session: Session): Promise<ExitCode> {
  await saying('Error canceling root token generation', async () => await session.client().send({ method: 'DELETE', path: place(session, 'attempt') }))
  session.output.line('Success! Root token generation canceled (if it was started)')
  return 0
}

async function begin (session: Session): Promise<ExitCode> {
  const [otp, pgpKey] = [session.flags.text('otp'), session.flags.text('pgp-key')]
  if (otp !== '' && pgpKey !== '') throw usage('Error initializing: cannot specify both -otp and -pgp-key')
  const status = await saying('Error initializing root generation', async () => {
    return await bareMembers(session.client(), place(session, 'attempt'), { method: 'PUT', body: { otp, pgp_key: pgpKey } })
  })
  return showAttempt(session, status)
}

async function provide (session: Session, said: string): Promise<ExitCode> {
  const status = await attempt(session)
  if (status['started'] !== true) {
    session.output.warn(wrapText('No root generation is in progress. Start a root generation by running "vault operator generate-root -init".'))
    session.output.warn(wrapText('If starting root generation using the OTP method and generating your own OTP, the length of the OTP string ' +
      `needs to be ${numberOf(status['otp_length'])} characters in length.`))
    return 1
  }
  const { key, nonce } = await keyAndNonce(session, said, textOf(status['nonce']), 'Operation nonce', 'Unseal')
  const after = await saying('Error posting unseal key', async () => {
    return await bareMembers(session.client(), place(session, 'update'), { method: 'PUT', body: { key, nonce } })
  })
  return showAttempt(session, after)
}

/**
 * The key share that was said, typed or piped in, and the nonce that goes with it.
 *
 * @throws {Ending} `Missing nonce value: specify it via the -nonce flag`
 */
export async function keyAndNonce (
  { flags, surroundings }: Session, said: string, nonce: string, title: string, kind: string
): Promise<{ key: string, nonce: string }> {
  if (said === '') return { key: await askedKey(surroundings, `${title}: ${nonce}\n${kind} Key (will be hidden): `, kind), nonce }
  const key = said === '-' ? await surroundings.stdin() : said
  if (flags.text('nonce') === '') throw usage('Missing nonce value: specify it via the -nonce flag')
  return { key: key.trim(), nonce: flags.text('nonce') }
}

const NOT_ASKED = 'The raw error message is shown below, but usually this is because you attempted to pipe a value into the ' +
  'command or you are executing outside of a terminal (tty). If you want to pipe the value, pass "-" as the argument to ' +
  'read from stdin. The raw error was: '

async function askedKey ({ out, secretLine }: Session['surroundings'], question: string, kind: string): Promise<string> {
  out(question)
  try {
    return (await secretLine()).trim()
  } catch (error) {
    const what = `An error occurred attempting to ask for the ${kind.toLowerCase()} key.`
    throw usage(wrapText(`${what} ${NOT_ASKED}${(error as Error).message}`))
  } finally {
    out('\n')
  }
}

function showAttempt ({ output }: Session, status: JsonObject): ExitCode {
  const record = attemptRecord(status)
  if (!output.isTable) return output.data(record)
  const optional = [['PGP Fingerprint', 'pgp_fingerprint'], ['Encoded Token', 'encoded_token'], ['OTP', 'otp']] as const
  if (record['otp'] !== '') {
    output.warn(wrapText('A One-Time-Password has been generated for you and is shown in the OTP field. You will need this value to decode ' +
      'the resulting root token, so keep it safe.'))
  }
  output.line(columns([
    ['Nonce', textOf(record['nonce'])],
    ['Started', String(record['started'])],
    ['Progress', `${String(record['progress'])}/${String(record['required'])}`],
    ['Complete', String(record['complete'])],
    ...optional.filter(([, name]) => record[name] !== '').map(([title, name]) => [title, textOf(record[name])]),
    ...record['otp_length'] === 0 ? [] : [['OTP Length', String(record['otp_length'])]]
  ]))
  return 0
}

function attemptRecord (status: JsonObject): JsonObject {
  return {
    nonce: textOf(status['nonce']),
    started: status['started'] === true,
    progress: numberOf(status['progress']),
    required: numberOf(status['required']),
    complete: status['complete'] === true,
    encoded_token: textOf(status['encoded_token']),
    encoded_root_token: textOf(status['encoded_root_token']),
    pgp_fingerprint: textOf(status['pgp_fingerprint']),
    otp: textOf(status['otp']),
    otp_length: numberOf(status['otp_length'])
  }
}

export const GENERATE_ROOT: readonly Command[] = [generateRoot]
