// The keys that sign: generated or given, found by id, name or as the default.
import type { KeyObject } from 'node:crypto'
import { GoError } from '../../go/values.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'
import { makePrivateKey, type KeyKind } from '../private-keys.js'
import { parsePrivateKey, printPrivateKey } from './private-keys.js'
import { authorizedLine, parsePublicKey, publicKeyOf } from './public-keys.js'
import { defaultAuthority, storedAuthorities, type Authority } from './stored.js'

const DEFAULT = 'default'
const MOST_RSA_BITS = 8192

export interface FoundAuthority {
  readonly id: string
  readonly authority: Authority
}

/** The halves of a pair, as they are stored. */
export type KeyPair = Pick<Authority, 'publicKey' | 'privateKey'>

/** What a request says of the pair it wants. */
export interface KeyRequest {
  readonly public_key: string
  readonly private_key: string
  readonly generate_signing_key?: boolean
  readonly key_type: string
  readonly key_bits: number
}

/**
 * The default authority.
 *
 * @throws VaultError `no default issuer currently configured`
 */
export function requireDefault (call: Call<unknown>): FoundAuthority {
  const found = defaultOf(call)
  if (found === undefined) throw invalid('no default issuer currently configured')
  return found
}

/** The same; undefined if there is none. */
export function defaultOf (call: Call<unknown>): FoundAuthority | undefined {
  const id = defaultAuthority(call).value ?? ''
  const authority = id === '' ? undefined : storedAuthorities(call).get(id)
  return authority && { id, authority }
}

/**
 * The authority of an id, of a name, or `default`.
 *
 * @throws VaultError `unable to find issuer for reference: x`
 */
export function requireAuthority (call: Call<unknown>, reference: string): FoundAuthority {
  const wanted = reference.trim()
  if (wanted.toLowerCase() === DEFAULT) return requireDefault(call)
  const found = authorityOf(call, wanted)
  if (found === undefined) throw invalid(`unable to find issuer for reference: ${wanted}`)
  return found
}

export function authorityOf (call: Call<unknown>, reference: string): FoundAuthority | undefined {
  const all = storedAuthorities(call)
  const known = all.get(reference)
  if (known !== undefined) return { id: reference, authority: known }
  for (const [id, authority] of all.entries()) if (authority.name === reference) return { id, authority }
  return undefined
}

/** Stores a new one. @returns its id */
export function addAuthority (call: Call<unknown>, authority: Authority): string {
  const id = call.cluster.random.stream('ssh').uuid()
  storedAuthorities(call).put(id, authority)
  return id
}

/** Deletes all of them. @returns how many there were */
export function deleteAuthorities (call: Call<unknown>): number {
  defaultAuthority(call).delete()
  return call.storage.deleteAll(storedAuthorities(call).prefix)
}

/**
 * The pair that a request brings along or wants made.
 *
 * @returns `isGenerated`: it is shown to who asked
 * @throws VaultError 400 for a pair that is none, 500 for a key that cannot be made
 */
export async function keyPairFrom (call: Call<KeyRequest>): Promise<KeyPair & { readonly isGenerated: boolean }> {
  const { public_key: publicKey, private_key: privateKey, generate_signing_key: generate } = call.fields
  const given = [publicKey, privateKey].filter((half) => half !== '').length
  if (call.cluster.profile.sshOddPairs === 'not looked at') return await pairOrNewOne(call, given === 2)
  if (generate === true && given > 0) {
    throw invalid('public_key and private_key must not be set when generate_signing_key is set to true')
  }
  if (generate === false && publicKey === '') throw invalid('missing public_key')
  if (generate === false && privateKey === '') throw invalid('missing private_key')
  if (given === 1) {
    throw invalid('only one of public_key and private_key set; ' +
      'both must be set to use, or both must be blank to auto-generate')
  }
  if (given === 0) return { ...await generateKeyPair(call), isGenerated: true }
  checkPair(call)
  return { publicKey, privateKey, isGenerated: false }
}

/** A whole pair counts; in place of any other a new one is made, unless that is forbidden. */
async function pairOrNewOne (call: Call<KeyRequest>, isWhole: boolean): ReturnType<typeof keyPairFrom> {
  const { public_key: publicKey, private_key: privateKey, generate_signing_key: generate = true } = call.fields
  if (isWhole) {
    checkPair(call)
    return { publicKey, privateKey, isGenerated: generate }
  }
  if (generate) return { ...await generateKeyPair(call), isGenerated: true }
  throw invalid('if generate_signing_key is false, either both public_key and private_key or a managed key must be ' +
    'provided')
}

function checkPair ({ fields, cluster }: Call<KeyRequest>): void {
  const { first, privateText, publicText } = cluster.profile.sshPair
  const checkPrivate = (): void => { explained(privateText, () => parsePrivateKey(fields.private_key)) }
  const checkPublic = (): void => { explained(publicText, () => parsePublicKey(fields.public_key)) }
  const checks = first === 'private' ? [checkPrivate, checkPublic] : [checkPublic, checkPrivate]
  for (const check of checks) check()
}

/** @throws VaultError 400 with what is wrong behind a text */
export function explained<T> (text: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(`${text}: ${error.message}`)
  }
}

/** A new pair. @throws VaultError 500 `unknown ssh key pair algorithm: x` and its like */
export async function generateKeyPair (call: Call<Pick<KeyRequest, 'key_type' | 'key_bits'>>): Promise<KeyPair> {
  const random = call.cluster.random.stream('ssh')
  const key = await makePrivateKey(kindOf(call), random)
  const { type, blob } = publicKeyOf(key)
  return {
    publicKey: authorizedLine(type, blob),
    privateKey: printPrivateKey(key, random.integer(0, 0x7fffffff))
  }
}

/** The private half, for signing. */
export function signingKey ({ privateKey }: KeyPair): KeyObject {
  return parsePrivateKey(privateKey)
}

function kindOf (call: Call<Pick<KeyRequest, 'key_type' | 'key_bits'>>): KeyKind {
  const { key_type: type, key_bits: bits } = call.fields
  switch (type) {
    case 'ssh-rsa': case 'rsa': return rsaKind(type, bits)
    case 'ecdsa-sha2-nistp256': return { type: 'ec', curve: 'P-256' }
    case 'ecdsa-sha2-nistp384': return { type: 'ec', curve: 'P-384' }
    case 'ecdsa-sha2-nistp521': return { type: 'ec', curve: 'P-521' }
    case 'ec': return curveKind(bits, call.cluster.profile.sshCurveShowsBits)
    case 'ssh-ed25519': case 'ed25519': return { type: 'ed25519' }
    default: throw failure(`unknown ssh key pair algorithm: ${type}`)
  }
}

function rsaKind (type: string, given: number): KeyKind {
  const bits = given === 0 ? 4096 : given
  if (bits < 2048) throw failure(`refusing to generate weak ${type} key: ${bits} bits < 2048 bits`)
  if (bits > MOST_RSA_BITS) throw new NotSimulated(`RSA keys of more than ${MOST_RSA_BITS} bits`)
  return { type: 'rsa', bits }
}

function curveKind (bits: number, showsBits: boolean): KeyKind {
  if (bits === 0 || bits === 256) return { type: 'ec', curve: 'P-256' }
  if (bits === 384) return { type: 'ec', curve: 'P-384' }
  if (bits === 521) return { type: 'ec', curve: 'P-521' }
  throw failure(`unknown ECDSA key pair algorithm${showsBits ? ` and bits: ec / ${bits}` : ': ec'}`)
}
