// What the SSH engine stores below its mount: roles, authorities, one-time passwords.
import { createHash } from 'node:crypto'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'

/** A role; its name is where it lies. */
export type SshRole = OtpRole | CaRole

/** Whose passwords are good for one login. Lists are separated by commas, as they came. */
export type OtpRole = JsonObject & {
  readonly keyType: 'otp'
  readonly defaultUser: string
  readonly cidrList: string
  readonly excludeCidrList: string
  readonly allowedUsers: string
  readonly port: number
}

/** What certificates may hold. Lists are separated by commas, as they came; seconds, 0: the mount's. */
export type CaRole = JsonObject & {
  readonly keyType: 'ca'
  readonly algorithmSigner: string
  readonly allowBareDomains: boolean
  readonly allowEmptyPrincipals: boolean
  readonly allowHostCertificates: boolean
  readonly allowSubdomains: boolean
  readonly allowUserCertificates: boolean
  readonly allowUserKeyIds: boolean
  readonly allowedCriticalOptions: string
  readonly allowedDomains: string
  readonly allowedDomainsTemplate: boolean
  readonly allowedExtensions: string
  /** bits, by the type of key */
  readonly allowedUserKeyLengths: Readonly<Record<string, readonly number[]>>
  readonly allowedUsers: string
  readonly allowedUsersTemplate: boolean
  readonly defaultCriticalOptions: Readonly<Record<string, string>>
  readonly defaultExtensions: Readonly<Record<string, string>>
  readonly defaultExtensionsTemplate: boolean
  readonly defaultUser: string
  readonly defaultUserTemplate: boolean
  readonly issuerRef: string
  readonly keyIdFormat: string
  readonly maxTtlSeconds: number
  readonly notBeforeSeconds: number
  readonly ttlSeconds: number
}

/** A pair of keys that signs; its id is where it lies. Vault has one, OpenBao any number. */
export type Authority = JsonObject & {
  /** empty: none */
  readonly name: string
  /** a line, as it was given, or with a newline at its end */
  readonly publicKey: string
  /** PEM */
  readonly privateKey: string
}

/** What a one-time password is good for. */
export type OneTimePassword = JsonObject & {
  readonly ip: string
  readonly username: string
  readonly roleName: string
}

type MountCall = Call<unknown>

/** By name. */
export function storedRoles ({ storage, mountPrefix }: MountCall): Area<SshRole> {
  return storage.area(`${mountPrefix}roles/`)
}

/** By id. */
export function storedAuthorities ({ storage, mountPrefix }: MountCall): Area<Authority> {
  return storage.area(`${mountPrefix}authority/`)
}

/** The id of the authority that signs where none is named; empty or absent: there is none. */
export function defaultAuthority ({ storage, mountPrefix }: MountCall): Entry<string> {
  return storage.entry(`${mountPrefix}config/default-authority`)
}

/** Roles whose passwords may be for any address. */
export function zeroAddressRoles ({ storage, mountPrefix }: MountCall): Entry<readonly string[]> {
  return storage.entry(`${mountPrefix}config/zeroaddress`)
}

/** By their hashes: the passwords themselves are not stored. */
export function storedPasswords ({ storage, mountPrefix }: Pick<MountCall, 'storage' | 'mountPrefix'>): Area<OneTimePassword> {
  return storage.area(`${mountPrefix}otp/`)
}

export function hashOfPassword (password: string): string {
  return createHash('sha256').update(password).digest('hex')
}
