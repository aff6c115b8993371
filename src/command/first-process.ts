// The flags of the server that a container runs, for its health check: the check is called without them.
import { readFileSync } from 'node:fs'

const NAMES = /(?:^|\/)(?:docker-entrypoint\.sh|vault-mock|vault|bao|cli\.js|vault\.js)$/

/**
 * What the server was told on its command line.
 *
 * @param commandLine of process 1: words that end in zero bytes; by default that of this machine or container
 * @returns undefined where process 1 is no server of ours
 */
export function flagsOfFirstProcess (commandLine = readCommandLine()): readonly string[] | undefined {
  const words = commandLine.split('\0').slice(0, -1)
  // an init process and the interpreter come before the command, `vault server` or `server` behind it
  const at = words.findLastIndex((word) => NAMES.test(word))
  if (at < 0) return undefined
  const flags = words.slice(at + 1)
  return flags[0] === 'server' ? flags.slice(1) : flags
}

function readCommandLine (): string {
  try {
    return readFileSync('/proc/1/cmdline', 'utf8')
  } catch { return '' }
}
