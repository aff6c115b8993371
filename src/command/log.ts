// The log of the command, in the two forms that Vault's own has: lines for people, JSON for machines.
import type { FastifyBaseLogger } from 'fastify'
import pino, { type LoggerOptions } from 'pino'
import { wallClockMs } from '../sim/wall-clock.js'
import type { Options } from './options/index.js'

/** The names that HashiCorp's hclog gives its members. */
const LEVEL = '@level'
const MESSAGE = '@message'
const TIMESTAMP = '@timestamp'

export type LogOptions = Pick<Options, 'logLevel' | 'logFormat'>

/**
 * Makes the log.
 *
 * @param write takes whole lines
 * @returns undefined where it is off: then no request pays for it
 */
export function makeLog (
  { logLevel, logFormat }: LogOptions, write: (line: string) => void
): FastifyBaseLogger | undefined {
  if (logLevel === 'off') return undefined
  const options: LoggerOptions = {
    level: logLevel,
    base: null,
    messageKey: MESSAGE,
    formatters: { level: (label) => ({ [LEVEL]: label }) },
    timestamp: () => `,"${TIMESTAMP}":"${new Date(wallClockMs()).toISOString()}"`
  }
  return pino(options, { write: logFormat === 'json' ? write : (line) => { write(standardLine(line)) } })
}

/** `2026-11-21T18:37:30.123Z [INFO]  request completed: method=GET status=200` */
export function standardLine (json: string): string {
  const line: Record<string, unknown> = JSON.parse(json)
  const { [LEVEL]: level, [MESSAGE]: message, [TIMESTAMP]: at, err, ...facts } = line
  const shown = Object.entries(facts).map(([name, value]) => ` ${name}=${shownValue(value)}`).join('')
  const label = `[${String(level).toUpperCase()}]`.padEnd('[ERROR]'.length)
  return `${String(at)} ${label} ${String(message ?? '')}${shown === '' ? '' : `:${shown}`}\n${stackLines(err)}`
}

/** What could be misread is quoted. */
function shownValue (value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shownValue).join(', ')}]`
  if (typeof value === 'string' && value !== '' && !/[\s"=\\]/.test(value)) return value
  return JSON.stringify(value)
}

/** Text of several lines stands below, each behind a bar. */
function stackLines (error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return ''
  return String(error.stack).split('\n').map((line) => `  | ${line}\n`).join('')
}
