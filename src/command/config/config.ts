// `-config`: configuration files of the real server, in HCL or JSON, as far as they say something here.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GoError } from '../../go/values.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { HclError, readHcl, type HclItem, type HclObject } from '../../hcl/hcl.js'
import { JsonSyntaxError } from '../../json/index.js'
import type { LogLevel } from '../options/kinds.js'
import { OPTIONS } from '../options/table.js'
import { blocks, ConfigError, members, readAs, readText, textOf, valueOf } from './items.js'
import { listenersIn, unknownInListeners, type ConfiguredListener } from './listeners.js'
import { storageIn, STORAGES, unknownInStorage, type ConfiguredStorage } from './storage.js'

/** What the files say; undefined: nothing. */
export interface ServerConfig extends ConfiguredStorage {
  /** the first is the node's own */
  readonly listeners: readonly ConfiguredListener[]
  readonly apiAddr: string | undefined
  /** host and port */
  readonly clusterAddr: string | undefined
  readonly clusterName: string | undefined
  readonly defaultLeaseTtlSeconds: number | undefined
  readonly maxLeaseTtlSeconds: number | undefined
  readonly logLevel: LogLevel | undefined
  readonly logFormat: 'standard' | 'json' | undefined
  readonly prometheus: boolean
  /** settings that change nothing here, sorted: `seal "awskms"`, `storage.performance_multiplier` */
  readonly notSimulated: readonly string[]
}

/** Settings that are followed, or mean nothing to a server that keeps all in memory. */
const KNOWN = [
  'ui', 'disable_mlock', 'api_addr', 'cluster_addr', 'cluster_name', 'default_lease_ttl', 'max_lease_ttl',
  'log_level', 'log_format', 'listener', 'telemetry', 'disable_clustering', 'enable_multiseal'
]
/** Of go-sockaddr, with which an address is made of the machine's own. */
const TEMPLATE = '{{'

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

function parse (file: string, text: string): HclObject {
  try {
    return readHcl(text)
  } catch (error) {
    if (!(error instanceof HclError || error instanceof JsonSyntaxError)) throw error
    throw new ConfigError(`error loading configuration from ${file}: ${error.message}`)
  }
}

function settingsIn (items: readonly HclItem[]): ServerConfig {
  const text = (name: string): string | undefined => textOf(valueOf(items, name))
  return {
    listeners: listenersIn(items),
    ...storageIn(items),
    apiAddr: withoutTemplate(text('api_addr')),
    clusterAddr: clusterAddrIn(withoutTemplate(text('cluster_addr'))),
    clusterName: text('cluster_name'),
    defaultLeaseTtlSeconds: secondsIn('default_lease_ttl', text('default_lease_ttl')),
    maxLeaseTtlSeconds: secondsIn('max_lease_ttl', text('max_lease_ttl')),
    logLevel: readAs('log_level', OPTIONS.logLevel.read, text('log_level')),
    logFormat: readAs('log_format', OPTIONS.logFormat.read, text('log_format')),
    prometheus: telemetryIn(items).some((each) => !['0', '0s', ''].includes(textOf(each.get(RETENTION)) ?? '')),
    notSimulated: [...new Set(unknownAmong(items))].sort()
  }
}

const RETENTION = 'prometheus_retention_time'

function telemetryIn (items: readonly HclItem[]): ReturnType<typeof members>[] {
  return blocks(items, 'telemetry').map(members)
}

function withoutTemplate (address: string | undefined): string | undefined {
  return address?.includes(TEMPLATE) === true ? undefined : address
}

/** Its scheme is `https`, whatever was said. @throws {ConfigError} */
function clusterAddrIn (said: string | undefined): string | undefined {
  if (said === undefined || said === '') return undefined
  const { hostname, port } = URL.canParse(said) ? new URL(said) : { hostname: '', port: '' }
  if (hostname === '') throw new ConfigError(`Error parsing cluster address ${said}: it is no URL`)
  return `${hostname}:${port === '' ? '443' : port}`
}

/** @throws {ConfigError} in Go's words */
function secondsIn (name: string, said: string | undefined): number | undefined {
  if (said === undefined) return undefined
  try {
    const seconds = parseDurationSeconds(said)
    if (seconds >= 0) return seconds
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw new ConfigError(`error parsing ${name}: ${error.message}`)
  }
  throw new ConfigError(`${name} must not be negative`)
}

function unknownAmong (items: readonly HclItem[]): string[] {
  return [
    ...items.flatMap(unknownIn),
    ...unknownInListeners(items),
    ...['api_addr', 'cluster_addr'].filter((name) => textOf(valueOf(items, name))?.includes(TEMPLATE)),
    ...telemetryIn(items).flatMap((each) => [...each.keys()]).filter((name) => name !== RETENTION)
      .map((name) => `telemetry.${name}`)
  ]
}

/** What of an item changes nothing. */
function unknownIn (item: HclItem): string[] {
  const [name = '', label] = item.keys
  if (KNOWN.includes(name)) return []
  if (STORAGES.includes(name)) return unknownInStorage(item)
  return [label === undefined ? name : `${name} "${label}"`]
}
