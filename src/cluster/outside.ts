// What exists beyond this server, as a world was told, and how engines ask for it.
import { Type, type Static, type TObject } from '@sinclair/typebox'
import type { JsonObject } from '../json/index.js'
import { closed, texts, type State } from '../sim/declared.js'

const text = Type.String()

function byName<T extends TObject> (member: T, of: string) {
  return Type.Record(text, member, { description: `an object of ${of}` })
}

/** Somebody with a password, and what else is known of them. */
function person<T extends Parameters<typeof Type.Object>[0]> (more: T) {
  return Type.Object({ password: text, ...more }, { ...closed, description: 'an object with a password' })
}

const anything = Type.Unsafe<JsonObject>(Type.Record(text, Type.Unknown(), { description: 'an object' }))
const keys = Type.Array(anything, { description: 'a list of JSON Web Keys' })
const groups = Type.Optional(texts)

const ServiceAccount = Type.Object({
  uid: Type.Optional(text),
  /** the tokens it has; without them every token that names it */
  tokens: Type.Optional(texts)
}, closed)
const Provider = Type.Object({
  keys: Type.Optional(keys),
  /** secrets of clients, by id; without them every client is known */
  clients: Type.Optional(Type.Record(text, text)),
  /** claims by name: who agrees to a login sends their name as its code */
  users: Type.Optional(Type.Record(text, anything))
}, closed)
const GithubUser = Type.Object({
  token: text,
  /** the organizations they belong to, with their teams in each */
  organizations: Type.Record(text, texts)
}, closed)
const AwsIdentity = Type.Object({ arn: text, account: Type.Optional(text), userId: Type.Optional(text) }, closed)
const AwsInstance = Type.Object({
  ami: Type.Optional(text),
  account: Type.Optional(text),
  region: Type.Optional(text),
  vpc: Type.Optional(text),
  subnet: Type.Optional(text),
  instanceProfileArn: Type.Optional(text),
  roleArn: Type.Optional(text)
}, closed)
const GcpAccount = Type.Object({
  id: Type.Optional(text), project: Type.Optional(text), keys: Type.Optional(keys)
}, closed)

/** What is at one address, for each kind of system. */
export const SYSTEM_FORMS = {
  /** by the URL of the document */
  jwks: Type.Object({ keys }, closed),
  /** by the provider's discovery URL */
  oidc: Provider,
  /** by `kubernetes_host`; service accounts by `namespace/name`, labels of namespaces by name */
  kubernetes: Type.Object({
    serviceAccounts: byName(ServiceAccount, 'service accounts'),
    namespaces: Type.Optional(Type.Record(text, Type.Record(text, text)))
  }, closed),
  /** by URL; passwords of those who bind by their distinguished name */
  ldap: Type.Object({
    users: byName(person({ dn: Type.Optional(text), groups }), 'users'),
    binds: Type.Optional(Type.Record(text, text))
  }, closed),
  /** by host and port */
  radius: Type.Object({ secret: Type.Optional(text), users: byName(person({}), 'users') }, closed),
  /** by URL: `https://ORGANIZATION.okta.com` */
  okta: Type.Object({ users: byName(person({ groups }), 'users') }, closed),
  /** by URL: `https://api.github.com` unless a `base_url` is set */
  github: Type.Object({
    organizations: Type.Optional(Type.Record(text, Type.Integer(), { description: 'ids of organizations by name' })),
    users: byName(GithubUser, 'users')
  }, closed),
  /** by realm; clients by the token that they present, base64 */
  kerberos: Type.Object({
    tickets: byName(Type.Object({ user: text, groups }, closed), 'tickets')
  }, closed),
  /** by `sts_endpoint`; identities by access key id, instances by id */
  aws: Type.Object({
    identities: Type.Optional(byName(AwsIdentity, 'identities')),
    instances: Type.Optional(byName(AwsInstance, 'instances'))
  }, closed),
  /** by `https://www.googleapis.com`; by the e-mail address */
  gcp: Type.Object({ serviceAccounts: byName(GcpAccount, 'service accounts') }, closed),
  /** by `https://login.microsoftonline.com/TENANT` */
  azure: Type.Object({ keys }, closed),
  /** by URL, with its scheme: it is there, and its tokens are made */
  consul: Type.Object({}, closed),
  /** by URL: it is there, and its tokens are made; the region of the world itself needs no entry */
  nomad: Type.Object({}, closed),
  /** by `connection_uri`; users by name */
  rabbitmq: Type.Object({}, closed),
  /** by host and port; users that can log in */
  database: Type.Object({ users: byName(person({}), 'users') }, closed)
}

export type System = keyof typeof SYSTEM_FORMS
export type EntryOf<S extends System> = State<typeof SYSTEM_FORMS[S]>

/** Where there is no entry for an address, this one of the same system counts. */
export const ANY_ADDRESS = '*'

/** All that was told of one system: by address, `*` for any. */
function addresses<S extends System> (system: S) {
  return Type.Optional(Type.Record(text, SYSTEM_FORMS[system], { description: 'an object, by address' }))
}

export const SystemsForm = Type.Object({
  jwks: addresses('jwks'),
  oidc: addresses('oidc'),
  kubernetes: addresses('kubernetes'),
  ldap: addresses('ldap'),
  radius: addresses('radius'),
  okta: addresses('okta'),
  github: addresses('github'),
  kerberos: addresses('kerberos'),
  aws: addresses('aws'),
  gcp: addresses('gcp'),
  azure: addresses('azure'),
  consul: addresses('consul'),
  nomad: addresses('nomad'),
  rabbitmq: addresses('rabbitmq'),
  database: addresses('database')
}, { ...closed, description: `an object of ${Object.keys(SYSTEM_FORMS).join(', ')}` })

export type Systems = Static<typeof SystemsForm>

/** What an engine asks of a system. */
export interface Question<S extends System = System> {
  readonly system: S
  /** as the engine was configured: a URL, or host and port */
  readonly address: string
  /** in words, for whoever looks: `log in ann`. No secrets */
  readonly asked: string
  /** what is run there, e.g. SQL; secrets stand as `{{password}}` */
  readonly statements?: readonly string[]
  /** a document that is fetched where nothing was told of its address, if that is on loopback */
  readonly fetch?: OutsideRequest
}

export interface OutsideRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** authorities to trust in place of the system's */
  readonly caPem?: string | undefined
}

/** What somebody on loopback answered. */
export interface Fetched {
  readonly status: number
  readonly text: string
}

/** What an engine meets out there. */
export type Met<S extends System = System> =
  /** `reason` in Go's words: `connect: connection refused` */
  | { readonly reach: 'nothing', readonly reason: string }
  /** everything that is well formed is accepted */
  | { readonly reach: 'anything' }
  | { readonly reach: 'known', readonly entry: EntryOf<S> }
  | { readonly reach: 'loopback', readonly fetched: Fetched }

/** A token of Nomad's ACLs. */
export interface NomadToken {
  readonly accessorId: string
  readonly secretId: string
}

/** The ACLs of a Nomad region, for who presents a secret. What they refuse they throw as an error of Go's client. */
export interface NomadTokens {
  readonly bootstrap: () => NomadToken
  readonly create: (
    secretId: string, token: { name: string, type: string, policies: readonly string[], global: boolean }
  ) => NomadToken
  readonly delete: (secretId: string, accessorId: string) => void
}

/** The outside, as engines see it. They open no connections of their own. */
export interface Outside {
  /** Resolves with what is there; it may take its time. */
  readonly ask: <S extends System>(question: Question<S>) => Promise<Met<S>>
  /** What is there is another from now on, e.g. a password. */
  /** The Nomad region of this world, where one of its servers has this address. */
  readonly nomadAt: (address: string) => NomadTokens | undefined
  readonly change: <S extends System>(system: S, address: string, change: (entry: EntryOf<S>) => EntryOf<S>) => void
}

/**
 * Go's words for a connection that failed: `dial tcp 127.0.0.1:1: connect: connection refused`.
 *
 * @param reason as in `Met`; a name that nobody knows has no address to dial
 */
export function dialError (host: string, port: string | number, reason: string): string {
  const place = host.includes(':') ? `[${host}]` : host
  return reason.startsWith('lookup ') ? `dial tcp: ${reason}` : `dial tcp ${place === 'localhost' ? '127.0.0.1' : place}:${port}: ${reason}`
}
