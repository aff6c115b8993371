// What the AWS engine stores below its mount: how it reaches AWS, lives of its users, and roles.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { texts } from '../../sim/declared.js'
import { anyObject, formOf, orNull, text, whole, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'
import { lifetimesForm, type Lifetimes } from '../lifetimes.js'

export type RootConfig = JsonObject & {
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
  /** URLs; empty: Amazon's */
  readonly iamEndpoint: string
  readonly stsEndpoint: string
  readonly maxRetries: number
  readonly usernameTemplate: string
}

export type AwsRole = JsonObject & {
  /** iam_user, assumed_role or federation_token */
  readonly credentialType: string
  /** null: none was given */
  readonly roleArns: readonly string[] | null
  readonly policyArns: readonly string[] | null
  readonly iamGroups: readonly string[] | null
  readonly iamTags: JsonObject | null
  /** JSON without blanks */
  readonly policyDocument: string
  readonly defaultStsTtlSeconds: number
  readonly maxStsTtlSeconds: number
  readonly permissionsBoundaryArn: string
  readonly userPath: string
}

type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedRoot ({ storage, mountPrefix }: Place): Entry<RootConfig> {
  return storage.entry(`${mountPrefix}config/root`)
}

export function storedLease ({ storage, mountPrefix }: Place): Entry<Lifetimes> {
  return storage.entry(`${mountPrefix}config/lease`)
}

/** By name. */
export function storedRoles ({ storage, mountPrefix }: Place): Area<AwsRole> {
  return storage.area(`${mountPrefix}role/`)
}

const Root = formOf<RootConfig>()(Type.Object({
  accessKey: text,
  secretKey: text,
  region: text,
  iamEndpoint: text,
  stsEndpoint: text,
  maxRetries: whole,
  usernameTemplate: text
}))
const Role = formOf<AwsRole>()(Type.Object({
  credentialType: text,
  roleArns: orNull(texts),
  policyArns: orNull(texts),
  iamGroups: orNull(texts),
  iamTags: orNull(anyObject),
  policyDocument: text,
  defaultStsTtlSeconds: whole,
  maxStsTtlSeconds: whole,
  permissionsBoundaryArn: text,
  userPath: text
}))

export const awsForms: PrefixForms = [['config/root', Root], ['config/lease', lifetimesForm], ['role/', Role]]
