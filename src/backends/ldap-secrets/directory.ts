// What the LDAP secrets engine does in a directory: passwords are set, entries are added, changed and deleted.
import type { Cluster } from '../../cluster/cluster.js'
import type { EntryOf } from '../../cluster/outside.js'
import { multiError } from '../../go/multierror.js'
import { GoError, goQuote } from '../../go/values.js'
import { failure, VaultError } from '../../refusal/index.js'
import { askDirectory, type DirectoryQuestion } from '../directories.js'
import type { LdifRecord } from './ldif.js'
import type { DirectoryConfig } from './stored.js'

type Asking = { readonly cluster: Pick<Cluster, 'outside' | 'profile'> }
type Entry = EntryOf<'ldap'>
type Users = Entry['users']

/** Whose password: by the distinguished name, or by the name where there is none. */
export interface Account {
  readonly dn: string
  readonly username: string
}

/** @throws {GoError} where nobody answers, the engine may not bind, or there is no such entry */
export async function setPassword (
  call: Asking, config: DirectoryConfig, account: Account, password: string
): Promise<void> {
  const asked = `change the password of ${account.dn || account.username}`
  await inDirectory(call, config, { asked }, (entry) => {
    const name = Object.keys(entry.users).find((each) => isAccount(entry.users, each, account))
    const user = name === undefined ? undefined : entry.users[name]
    if (name !== undefined && user !== undefined) {
      return { ...entry, users: { ...entry.users, [name]: { ...user, password } } }
    }
    throw new GoError(account.dn === '' ? 'expected one matching entry, but received 0' : resultText(32))
  })
}

/** That of who binds. @throws {GoError} */
export async function setOwnPassword (call: Asking, config: DirectoryConfig, password: string): Promise<void> {
  const dn = String(config.directory.binddn)
  await inDirectory(call, config, { asked: `change the password of ${dn}, who binds` }, (entry) => {
    return { ...entry, binds: { ...entry.binds, [dn]: password } }
  })
}

export interface Records {
  readonly asked: string
  readonly records: readonly LdifRecord[]
  /** as they are shown: without the password */
  readonly statements: readonly string[]
  readonly password: string
  /** what fails keeps nothing else from being done */
  readonly goOn: boolean
}

/** @throws {GoError} `failed to execute statements: …` */
export async function runRecords (
  call: Asking, config: DirectoryConfig, { asked, records, statements, password, goOn }: Records
): Promise<void> {
  const refusals: string[] = []
  try {
    await inDirectory(call, config, { asked, statements }, (entry) => {
      let { users } = entry
      for (const record of records) {
        if (refusals.length > 0 && !goOn) break
        const refusal = refusalOf(users, record)
        if (refusal === undefined) users = usersAfter(users, record, password)
        else refusals.push(refusal)
      }
      return { ...entry, users }
    })
  } catch (error) {
    throw error instanceof GoError ? new GoError(`failed to execute statements: ${error.message}`) : error
  }
  if (refusals.length === 0) return
  throw new GoError(`failed to execute statements: ${goOn ? multiError(refusals) : refusals.join('')}`)
}

/** A failure of an engine: what is a list of errors already is not put into another. */
export function refused (error: unknown): unknown {
  if (!(error instanceof GoError)) return error
  return /^\d+ errors? occurred:\n/.test(error.message) ? new VaultError('failure', error.message, false) : failure(error.message)
}

/** Asks, binds, and changes what the world was told of the directory. */
async function inDirectory (
  { cluster }: Asking, { directory }: DirectoryConfig, question: Omit<DirectoryQuestion, 'url'>,
  change: (entry: Entry) => Entry
): Promise<void> {
  const { address, met } = await askDirectory(cluster, { url: String(directory.url), ...question })
  const { binddn, bindpass, upndomain } = directory
  if (bindpass === '') throw new GoError('unable to bind due to lack of configured password')
  if (binddn === '' && upndomain === '') throw new GoError('must provide binddn or upndomain')
  if (met.reach !== 'known') return
  const { binds } = met.entry
  const who = upndomain === '' ? String(binddn) : `${String(binddn)}@${String(upndomain)}`
  if (binds !== undefined && (!Object.hasOwn(binds, who) || binds[who] !== bindpass)) {
    throw new GoError(`failed to bind with current password: ${multiError([resultText(49)])}`)
  }
  const changed = change(met.entry)
  cluster.outside.change('ldap', address, () => changed)
}

const RESULTS = { 32: 'No Such Object', 49: 'Invalid Credentials', 68: 'Entry Already Exists' } as const

/** As Go's library prints what a directory says; its own words behind it are left out. */
function resultText (code: keyof typeof RESULTS): string {
  return `LDAP Result Code ${code} ${goQuote(RESULTS[code])}: `
}

function isAccount (users: Users, name: string, { dn, username }: Account): boolean {
  const known = users[name]?.dn
  return dn === '' || known === undefined ? name === username : sameName(known, dn)
}

function sameName (one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function nameAt (users: Users, dn: string): string | undefined {
  return Object.keys(users).find((name) => sameName(users[name]?.dn ?? '', dn))
}

/** Changes of what the world was not told of, groups for example, are as good as done. */
function refusalOf (users: Users, { change, dn }: LdifRecord): string | undefined {
  const isThere = nameAt(users, dn) !== undefined
  if (change === 'add' && isThere) return `failed to run AddRequest: ${resultText(68)}`
  if (change === 'delete' && !isThere) return `failed to run DelRequest: ${resultText(32)}`
  return undefined
}

function usersAfter (users: Users, { change, dn, attributes }: LdifRecord, password: string): Users {
  const name = nameAt(users, dn)
  const given = attributes.has('unicodePwd') ? password : attributes.get('userPassword')?.[0]
  if (change === 'add') return { ...users, [freeName(users, dn)]: { dn, password: given ?? '' } }
  const user = name === undefined ? undefined : users[name]
  if (name === undefined || user === undefined) return users
  if (change === 'modify') return { ...users, [name]: { ...user, password: given ?? user.password } }
  const { [name]: _gone, ...others } = users
  return others
}

/** People log in by the first part of their distinguished name. */
function freeName (users: Users, dn: string): string {
  const [, first = dn] = /^[^=]+=([^,+]+)/.exec(dn) ?? []
  return Object.hasOwn(users, first) ? dn : first
}
