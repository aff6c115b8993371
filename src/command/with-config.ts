// The options of a start, with what configuration files say where neither flag nor environment did.
import { readConfig, type ServerConfig } from './config.js'
import type { OptionName, Options } from './options/index.js'

/** The options, and what of the configuration changes nothing here. */
export interface Configured {
  readonly options: Options
  readonly notSimulated: readonly string[]
}

/**
 * A server that is configured is no dev server, so it waits to be initialised.
 *
 * @throws {ConfigError}
 */
export function withConfig (options: Options): Configured {
  const { config, localConfig } = options
  if (config === undefined && localConfig === undefined) return { options, notSimulated: [] }
  const found = readConfig(config ?? [], localConfig)
  const said = Object.entries(settingsOf(found)).filter(([name, value]) => {
    // the address of a dev server, which the image sets, means nothing to one that is configured
    return value !== undefined && (!options.given.has(name as OptionName) || (name === 'listen' && !options.dev))
  })
  const isFresh = !options.dev && options.fixture === undefined
  const uninitialized = options.given.has('uninitialized') ? options.uninitialized : isFresh
  return { options: { ...options, uninitialized, ...Object.fromEntries(said) }, notSimulated: found.notSimulated }
}

function settingsOf (config: ServerConfig): Partial<Record<OptionName, unknown>> {
  const { listen, tlsCertFile, tlsKeyFile, nodeId, raft, storage, apiAddr, logLevel, logFormat, prometheus } = config
  return {
    listen,
    tlsCertFile,
    tlsKeyFile,
    tls: tlsCertFile === undefined ? undefined : true,
    nodeIds: nodeId === undefined ? undefined : [nodeId],
    raft,
    storage,
    apiAddr: apiAddr === undefined ? undefined : [apiAddr],
    logLevel,
    logFormat,
    prometheus: prometheus || undefined
  }
}
