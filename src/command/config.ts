// `-config`: configuration files of the real server, in HCL or JSON, as far as they say something here.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { HclError, readHcl, type HclItem, type HclObject, type HclValue } from '../hcl/hcl.js'
import { parseGoBool } from '../go/strconv.js'
import { JsonSyntaxError } from '../json/index.js'
import { address, WrongValue, type Address, type LogLevel, type Read } from './options/kinds.js'
import { OPTIONS } from './options/table.js'

/** What the files say; undefined: nothing. */
export interface ServerConfig {
  readonly listen: Address | undefined
  readonly tlsCertFile: string | undefined
  readonly tlsKeyFile: string | undefined
  readonly nodeId: string | undefined
  /** what raft is used for; undefined: no raft was asked for */
  readonly raft: 'storage' | 'ha_storage' | undefined
  readonly storage: 'inmem' | undefined
  readonly apiAddr: string | undefined
  readonly logLevel: LogLevel | undefined
  readonly logFormat: 'standard' | 'json' | undefined
  readonly prometheus: boolean
  /** settings that change nothing here, sorted: `listener[2]`, `seal "awskms"`, `max_lease_ttl` */
  readonly notSimulated: readonly string[]
}

/** A configuration that cannot be used; the message names the file. */
export class ConfigError extends Error {}

/** Settings that mean nothing to a server that keeps all in memory, or that it follows anyway. */
const WITHOUT_EFFECT = ['ui', 'disable_mlock', 'api_addr', 'log_level', 'log_format', 'listener', 'telemetry', 'disable_clustering', 'enable_multiseal']
const STORAGES = ['storage', 'backend', 'ha_storage', 'ha_backend']
const LISTENER_SETTINGS = ['address', 'tls_cert_file', 'tls_key_file', 'tls_disable', 'cluster_address']

/**
 * Reads files, or folders of `.hcl` and `.json` files in the order of their names, and a text beside them.
 *
 * @param inline the whole of a configuration, as the environment of the real image has it
 * @throws {ConfigError} where a file cannot be read, or is wrong
 */
export function readConfig (paths: readonly string[], inline: string | undefined): ServerConfig {
  const items = [
    ...paths.flatMap(filesAt).flatMap((file) => parse(file, readText(file)).items),
    ...inline === undefined ? [] : parse('VAULT_LOCAL_CONFIG', inline).items
  ]
  return settingsIn(items)
}

function filesAt (path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path).filter((name) => /\.(hcl|json)$/.test(name)).sort().map((name) => join(path, name))
  } catch (error) {
    throw new ConfigError(`error loading configuration from ${path}: ${(error as Error).message}`)
  }
}

function readText (file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`error loading configuration from ${file}: ${(error as Error).message}`)
  }
}

function parse (file: string, text: string): HclObject {
  try {
    return readHcl(text)
  } catch (error) {
    if (!(error instanceof HclError || error instanceof JsonSyntaxError)) throw error
    throw new ConfigError(`error loading configuration from ${file}: ${error.message}`)
  }
}

function settingsIn (items: readonly HclItem[]): ServerConfig {
  const [listener, ...others] = blocks(items, 'listener')
  const own = listener === undefined ? new Map<string, HclValue>() : members(listener)
  const telemetry = blocks(items, 'telemetry').map(members)
  return {
    listen: readAs('listener.address', address, textOf(own.get('address'))),
    ...tlsIn(own),
    ...storageIn(items),
    apiAddr: textOf(valueOf(items, 'api_addr')),
    logLevel: readAs('log_level', OPTIONS.logLevel.read, textOf(valueOf(items, 'log_level'))),
    logFormat: readAs('log_format', OPTIONS.logFormat.read, textOf(valueOf(items, 'log_format'))),
    prometheus: telemetry.some((each) => !['0', '0s', ''].includes(textOf(each.get('prometheus_retention_time')) ?? '')),
    notSimulated: [...new Set([
      ...items.flatMap(unknownIn),
      ...others.map((_, i) => `listener[${i + 2}]`),
      ...[...own.keys()].filter((name) => !LISTENER_SETTINGS.includes(name)).map((name) => `listener.${name}`),
      ...telemetry.flatMap((each) => [...each.keys()]).filter((name) => name !== 'prometheus_retention_time').map((name) => `telemetry.${name}`)
    ])].sort()
  }
}

/** @throws {ConfigError} `log_level must be …, not "x"` */
function readAs<T> (name: string, read: Read<T>, text: string | undefined): T | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return read(text)
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error
    throw new ConfigError(`${name} must be ${error.message}, not "${text}"`)
  }
}

/** Without `tls_disable` a listener of the real server wants a certificate. */
function tlsIn (listener: ReadonlyMap<string, HclValue>): Pick<ServerConfig, 'tlsCertFile' | 'tlsKeyFile'> {
  const off = parseGoBool(textOf(listener.get('tls_disable')) ?? 'false') === true
  const [tlsCertFile, tlsKeyFile] = [textOf(listener.get('tls_cert_file')), textOf(listener.get('tls_key_file'))]
  if (off || listener.size === 0) return { tlsCertFile: undefined, tlsKeyFile: undefined }
  if (tlsCertFile === undefined || tlsKeyFile === undefined) {
    throw new ConfigError("error initializing listener of type tcp: 'tls_cert_file' and 'tls_key_file' are missing, or tls_disable = true")
  }
  return { tlsCertFile, tlsKeyFile }
}

function storageIn (items: readonly HclItem[]): Pick<ServerConfig, 'nodeId' | 'raft' | 'storage'> {
  const raft = items.find(({ keys }) => STORAGES.includes(keys[0] ?? '') && keys[1] === 'raft')
  const inmem = items.some(({ keys }) => STORAGES.includes(keys[0] ?? '') && keys[1] === 'inmem')
  if (raft === undefined) return { nodeId: undefined, raft: undefined, storage: inmem ? 'inmem' : undefined }
  const ha = raft.keys[0]?.startsWith('ha_') === true
  return { nodeId: textOf(members(raft).get('node_id')), raft: ha ? 'ha_storage' : 'storage', storage: undefined }
}

/** What of an item changes nothing. */
function unknownIn (item: HclItem): string[] {
  const [name = '', label] = item.keys
  if (WITHOUT_EFFECT.includes(name)) return []
  if (!STORAGES.includes(name)) return [label === undefined ? name : `${name} "${label}"`]
  if (label === 'inmem') return []
  if (label !== 'raft') return [`${name} "${label ?? ''}"`]
  return [...members(item).keys()].filter((setting) => setting !== 'node_id' && setting !== 'path').map((setting) => `${name}.${setting}`)
}

function blocks (items: readonly HclItem[], name: string): HclItem[] {
  return items.filter(({ keys, value }) => keys[0] === name && value.type === 'object')
}

function members ({ value }: HclItem): Map<string, HclValue> {
  return new Map(value.type === 'object' ? value.items.map((item) => [item.keys[0] ?? '', item.value]) : [])
}

function valueOf (items: readonly HclItem[], name: string): HclValue | undefined {
  return items.findLast(({ keys }) => keys[0] === name && keys.length === 1)?.value
}

function textOf (value: HclValue | undefined): string | undefined {
  return value?.type === 'literal' ? String(value.value) : undefined
}
