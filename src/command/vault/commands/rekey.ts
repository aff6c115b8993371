// `operator rekey`: new shares of the unseal key.
import { bareMembers } from './status.js'
import { failure, saying, usage, type ExitCode } from '../ending.js'
import { FORMAT_FLAG } from '../common-flags.js'
import { CEREMONY_FLAGS, keyAndNonce } from './generate-root.js'
import { madeSecret, numberOf, textOf, textsOf } from '../secret.js'
import { rekeyedText, startWarning, verificationWarnings } from './rekey-texts.js'
import { wrapText } from '../output/table.js'
import { expectAtMost, type Command, type Session } from '../command.js'
import type { JsonObject } from '../../../json/index.js'

const rekey: Command = {
  words: 'operator rekey',
  synopsis: 'Generates new unseal keys',
  takes: '[KEY]',
  flags: [
    FORMAT_FLAG,
    ...CEREMONY_FLAGS,
    { name: 'key-shares', kind: 'number', aliases: ['n'], default: 5, description: 'how many shares the new key is split into' },
    { name: 'key-threshold', kind: 'number', aliases: ['t'], default: 3, description: 'how many of them are needed' },
    { name: 'nonce', kind: 'text', description: 'nonce of the attempt' },
    { name: 'target', kind: 'text', default: 'barrier', description: 'barrier or recovery' },
    { name: 'verify', kind: 'switch', description: 'with -init: the new shares count once they were given back; else: give one back' },
    { name: 'pgp-keys', kind: 'text', description: 'public PGP keys to encrypt the shares with, separated by commas' },
    { name: 'backup', kind: 'switch', description: 'keep a copy of the encrypted shares' },
    { name: 'backup-delete', kind: 'switch', description: 'delete that copy' },
    { name: 'backup-retrieve', kind: 'switch', description: 'print that copy' }
  ],
  async run (session) {
    const { args, flags } = session
    expectAtMost(args, 1, '0-1')
    if (flags.isOn('backup-delete')) return await deleteBackup(session)
    if (flags.isOn('backup-retrieve')) return await retrieveBackup(session)
    if (flags.isOn('cancel')) return await cancel(session)
    if (flags.isOn('init')) return await begin(session)
    if (flags.isOn('status')) return await showStatus(session, flags.isOn('verify'))
    return await provide(session, (args[0] ?? '').trim())
  }
}

/** @throws {Ending} `Unknown target: x` */
function isRecovery ({ flags }: Session): boolean {
  const target = flags.text('target').toLowerCase()
  if (!['barrier', 'recovery', 'hsm'].includes(target)) throw usage(`Unknown target: ${flags.text('target')}`)
  return target !== 'barrier'
}

function place (session: Session, step: 'init' | 'update' | 'verify'): string {
  return `sys/${isRecovery(session) ? 'rekey-recovery-key' : 'rekey'}/${step}`
}

function backupPlace (session: Session): string {
  return isRecovery(session) ? 'sys/rekey/recovery-key-backup' : 'sys/rekey/backup'
}

async function begin (session: Session): Promise<ExitCode> {
  const { flags, output } = session
  const keys = flags.text('pgp-keys') === '' ? null : flags.text('pgp-keys').split(',')
  const body: JsonObject = {
    secret_shares: flags.number('key-shares'),
    secret_threshold: flags.number('key-threshold'),
    stored_shares: 0,
    pgp_keys: keys,
    Backup: flags.isOn('backup'),
    require_verification: flags.isOn('verify')
  }
  const path = place(session, 'init')
  const status = await saying('Error initializing rekey', async () => await bareMembers(session.client(), path, { method: 'PUT', body }))
  const warning = startWarning(isRecovery(session) ? 'recovery' : 'unseal', keys !== null, flags.isOn('backup'))
  if (warning !== undefined && output.isTable) {
    output.warn(wrapText(warning))
    output.line()
  }
  return showRekey(session, status)
}

async function cancel (session: Session): Promise<ExitCode> {
  const { flags, output } = session
  const nonce = flags.text('nonce')
  if (nonce !== '' && flags.isOn('verify')) throw usage('The -nonce flag is not valid with the -verify flag')
  const path = place(session, flags.isOn('verify') ? 'verify' : 'init')
  await saying('Error canceling rekey', async () => {
    await session.client().send({ method: 'DELETE', path, body: nonce === '' ? undefined : { nonce } })
  })
  output.line('Success! Canceled rekeying (if it was started)')
  return 0
}

async function provide (session: Session, said: string): Promise<ExitCode> {
  const { flags, output } = session
  const verifies = flags.isOn('verify')
  const status = await saying('Error getting rekey status', async () => {
    return await bareMembers(session.client(), place(session, verifies ? 'verify' : 'init'))
  })
  if (status['started'] !== true) throw usage(wrapText('No rekey is in progress. Start a rekey process by running "vault operator rekey -init".'))
  const kind = isRecovery(session) ? 'Recovery' : 'Unseal'
  const { key, nonce } = await keyAndNonce(session, said, textOf(status['nonce']), 'Rekey operation nonce', kind)
  const after = await saying('Error posting unseal key', async () => {
    return await bareMembers(session.client(), place(session, verifies ? 'verify' : 'update'), { method: 'PUT', body: { key, nonce } })
  })
  if (after['complete'] !== true) return await showStatus(session, verifies)
  if (!verifies) return await showNewKeys(session, status, after)
  output.wrapped('Rekey verification successful. The rekey operation is complete and the new keys are now active.')
  return 0
}

async function showStatus (session: Session, verifies: boolean): Promise<ExitCode> {
  const path = place(session, verifies ? 'verify' : 'init')
  const status = await saying('Error reading rekey status', async () => await bareMembers(session.client(), path))
  return verifies ? showVerification(session, status) : showRekey(session, status)
}

function showVerification ({ output }: Session, status: JsonObject): ExitCode {
  const [t, n, progress] = ['t', 'n', 'progress'].map((name) => numberOf(status[name])) as [number, number, number]
  const record = { nonce: textOf(status['nonce']), started: status['started'] === true, t, n, progress }
  return output.data(record, [
    ['Key', 'Value'], ['Started', String(record.started)], ['New Shares', String(n)], ['New Threshold', String(t)],
    ['Verification Nonce', record.nonce], ['Verification Progress', `${progress}/${t}`]
  ])
}

function showRekey ({ output }: Session, status: JsonObject): ExitCode {
  const [t, n, progress, required] = ['t', 'n', 'progress', 'required'].map((name) => numberOf(status[name])) as [number, number, number, number]
  const fingerprints = textsOf(status['pgp_fingerprints'])
  const record = {
    nonce: textOf(status['nonce']),
    started: status['started'] === true,
    t,
    n,
    progress,
    required,
    pgp_fingerprints: fingerprints,
    backup: status['backup'] === true,
    verification_required: status['verification_required'] === true,
    verification_nonce: textOf(status['verification_nonce'])
  }
  const begun = [
    ['Rekey Progress', `${progress}/${required}${progress === required ? ' (verification in progress)' : ''}`],
    ['New Shares', String(n)], ['New Threshold', String(t)], ['Verification Required', String(record.verification_required)],
    ...record.verification_nonce === '' ? [] : [['Verification Nonce', record.verification_nonce]]
  ]
  return output.data(record, [
    ['Key', 'Value'], ['Nonce', record.nonce], ['Started', String(record.started)], ...record.started ? begun : [],
    ...(fingerprints ?? []).length === 0 ? [] : [['PGP Fingerprints', `[${(fingerprints ?? []).join(' ')}]`], ['Backup', String(record.backup)]]
  ])
}

async function showNewKeys (session: Session, before: JsonObject, after: JsonObject): Promise<ExitCode> {
  const { output } = session
  if (!output.isTable) return output.data(updateRecord(after))
  const [plain, base64, fingerprints] = ['keys', 'keys_base64', 'pgp_fingerprints'].map((name) => textsOf(after[name]) ?? [])
  const keys = base64?.length === plain?.length ? base64 : plain
  output.line()
  keys?.forEach((key, i) => {
    output.line((fingerprints ?? []).length > 0 ? `Key ${i + 1} fingerprint: ${fingerprints?.[i] ?? ''}; value: ${key}` : `Key ${i + 1}: ${key}`)
  })
  output.line(`\nOperation nonce: ${textOf(after['nonce'])}`)
  for (const text of rekeyedText(isRecovery(session), before, after)) output.line('\n' + wrapText(text))
  if (before['verification_required'] !== true) return 0
  for (const text of verificationWarnings(isRecovery(session))) {
    output.line()
    output.warn(wrapText(text))
  }
  output.line()
  return await showStatus(session, true)
}

function updateRecord (after: JsonObject): JsonObject {
  return {
    nonce: textOf(after['nonce']),
    complete: after['complete'] === true,
    keys: textsOf(after['keys']),
    keys_base64: textsOf(after['keys_base64']),
    pgp_fingerprints: textsOf(after['pgp_fingerprints']),
    backup: after['backup'] === true,
    verification_required: after['verification_required'] === true,
    verification_nonce: textOf(after['verification_nonce']) || undefined
  }
}

async function retrieveBackup (session: Session): Promise<ExitCode> {
  const path = backupPlace(session)
  const secret = await saying('Error retrieving rekey stored keys', async () => await session.client().read(path))
  if (secret === undefined || secret.data === null) throw failure('Error retrieving rekey stored keys: data from server response is empty')
  const { nonce = '', keys = null, keys_base64: base64 = null } = secret.data
  return session.output.secret(madeSecret({ Keys: keys, KeysB64: base64, Nonce: nonce }))
}

async function deleteBackup (session: Session): Promise<ExitCode> {
  const path = backupPlace(session)
  await saying('Error deleting rekey stored keys', async () => await session.client().send({ method: 'DELETE', path }))
  session.output.line('Success! Delete stored keys (if they existed)')
  return 0
}

export const REKEY: readonly Command[] = [rekey]
