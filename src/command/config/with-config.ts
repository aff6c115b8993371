// The options of a start, with what configuration files say where neither flag nor environment did.
import type { ConfiguredOptions } from '../../cluster/configured.js'
import type { Address } from '../options/kinds.js'
import type { OptionName, Options } from '../options/index.js'
import { readConfig, type ServerConfig } from './config.js'
import type { ConfiguredListener } from './listeners.js'

/** The options, and what only a configuration can say. */
export interface Configured {
  readonly options: Options
  readonly alone: ConfigurationAlone
  /** what of the configuration changes nothing here */
  readonly notSimulated: readonly string[]
}

/** What there are no flags for; undefined: nothing was said. */
export interface ConfigurationAlone extends ConfiguredOptions {
  /** of the first node, host and port */
  readonly clusterAddr?: readonly string[] | undefined
  /** where the first node's cluster address is listened on */
  readonly clusterListen?: Address | undefined
  /** of the first node */
  readonly furtherListeners?: ReadonlyArray<ConfiguredListener & { readonly address: Address }>
}

const VAULT_ADDRESS: Address = { host: '127.0.0.1', port: 8200 }

/**
 * A server that is configured is no dev server, so it waits to be initialised.
 *
 * @throws {ConfigError}
 */
export function withConfig (options: Options): Configured {
  const { config, localConfig } = options
  if (config === undefined && localConfig === undefined) return { options, alone: {}, notSimulated: [] }
  const found = readConfig(config ?? [], localConfig)
  const said = Object.entries(settingsOf(found)).filter(([name, value]) => {
    // the address of a dev server, which the image sets, means nothing to one that is configured
    return value !== undefined && (!options.given.has(name as OptionName) || (name === 'listen' && !options.dev))
  })
  const isFresh = !options.dev && options.fixture === undefined
  const uninitialized = options.given.has('uninitialized') ? options.uninitialized : isFresh
  return {
    options: { ...options, uninitialized, ...Object.fromEntries(said) },
    alone: alone(found),
    notSimulated: found.notSimulated
  }
}

function settingsOf (config: ServerConfig): Partial<Record<OptionName, unknown>> {
  const { listeners: [listener], nodeId, raft, storage, apiAddr, logLevel, logFormat, prometheus } = config
  return {
    listen: listener?.address,
    tlsCertFile: listener?.tlsCertFile,
    tlsKeyFile: listener?.tlsKeyFile,
    tls: listener?.tlsCertFile === undefined ? undefined : true,
    nodeIds: nodeId === undefined ? undefined : [nodeId],
    raft,
    storage,
    apiAddr: apiAddr === undefined ? undefined : [apiAddr],
    logLevel,
    logFormat,
    prometheus: prometheus || undefined
  }
}

function alone (config: ServerConfig): ConfigurationAlone {
  const { listeners: [listener, ...others], clusterAddr } = config
  const { clusterName, defaultLeaseTtlSeconds, maxLeaseTtlSeconds, retryJoin } = config
  return {
    clusterName,
    defaultLeaseTtlSeconds,
    maxLeaseTtlSeconds,
    retryJoin,
    clusterAddr: clusterAddr === undefined ? undefined : [clusterAddr],
    clusterListen: listener?.clusterAddress,
    furtherListeners: others.map((other) => ({ ...other, address: other.address ?? VAULT_ADDRESS }))
  }
}
