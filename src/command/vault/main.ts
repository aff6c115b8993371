// The client as a process.
import { homedir } from 'node:os'
import { basename } from 'node:path'
import { readFileSync } from 'node:fs'
import { runClient } from './run.js'
import type { Surroundings } from './surroundings.js'

/** Runs the command that these arguments name; @returns its exit code */
export async function client (args: readonly string[], calledBy: string): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return await runClient(args, surroundings(calledBy))
}

function surroundings (calledBy: string): Surroundings {
  return {
    program: basename(calledBy, '.js') === 'bao' ? 'bao' : 'vault',
    environment: process.env,
    home: process.env['HOME'] || homedir(),
    isTerminal: process.stdout.isTTY === true,
    out: (text) => { process.stdout.write(text) },
    err: (text) => { process.stderr.write(text) },
    stdin: async () => readFileSync(0, 'utf8'),
    secretLine
  }
}

const ENTER = ['\r', '\n', '\u0004']
const INTERRUPT = '\u0003'

async function secretLine (): Promise<string> {
  const { stdin } = process
  if (!stdin.isTTY) throw new Error('file descriptor 0 is not a terminal')
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  try {
    return await new Promise((resolve, reject) => {
      let typed = ''
      stdin.on('data', (text: string) => {
        for (const key of text) {
          if (ENTER.includes(key)) resolve(typed)
          else if (key === INTERRUPT) reject(new Error('user interrupted'))
          else typed = key === '\u007f' ? typed.slice(0, -1) : typed + key
        }
      })
    })
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
  }
}
