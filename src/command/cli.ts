#!/usr/bin/env node
// The command: options, then the server until a signal stops it. Loads what it needs when it needs it: start-up time
// counts.
import { packageVersion } from './package-version.js'
import type { RunningWorld } from '../open/open-world.js'
import type { Options } from './options/index.js'

const WRONG_USE = 2
/** For requests in flight; a second signal ends at once. */
const FINISH_WITHIN_MS = 2000
/** For everything else. */
const STOP_WITHIN_MS = 900
/** For the last save of a world that is kept in a file. */
const SAVE_WITHIN_MS = 60_000

function complain (problem: string): void {
  process.stderr.write(`vault-mock: ${problem}\n`)
}

/** Who no longer reads what is printed still has a server. */
function outlivePipes (): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

async function serve (options: Options): Promise<void> {
  const [{ start, StartProblem }, { default: closeWithGrace }] = await Promise.all([import('./start.js'), import('close-with-grace')])
  let world: RunningWorld | undefined
  // before the ready line: who has read it may send a signal
  const delay = FINISH_WITHIN_MS + (options.state === undefined ? STOP_WITHIN_MS : SAVE_WITHIN_MS)
  closeWithGrace({ delay, logger: { error: complain } }, async ({ err }) => {
    if (err !== undefined) complain(String(err.stack))
    await (err === undefined ? world?.finish(FINISH_WITHIN_MS) : world?.close())
  })
  try {
    await start(options, (text) => process.stdout.write(text), (running) => { world = running })
  } catch (error) {
    const known = error instanceof StartProblem
    complain(known ? error.message : String((error as Error).stack))
    // at once: a listener that did open must not keep the process alive
    process.exit(known ? error.exitCode : 1)
  }
}

async function checkHealth (options: Options): Promise<void> {
  const [{ healthcheck }, { withConfig }] = await Promise.all([import('./health-check.js'), import('./config/with-config.js')])
  const problem = await healthcheck(withConfig(options).options)
  if (problem !== undefined) complain(problem)
  process.exitCode = problem === undefined ? 0 : 1
}

async function run (args: readonly string[]): Promise<void> {
  const { helpText, readOptions } = await import('./options/index.js')
  const options = readOptions(await withOwnFlags(args), process.env)
  if ('problem' in options) {
    complain(options.problem)
    process.exitCode = WRONG_USE
  } else if (options.help) process.stdout.write(helpText())
  else if (options.version) process.stdout.write(`vault-mock ${packageVersion()}\n`)
  else if (options.command === 'healthcheck') await checkHealth(options)
  else await serve(options)
}

/** A health check without flags follows those of the server that its container runs. */
async function withOwnFlags (args: readonly string[]): Promise<readonly string[]> {
  if (args.length !== 1 || args[0] !== 'healthcheck') return args
  const { flagsOfFirstProcess } = await import('./first-process.js')
  return [...args, ...flagsOfFirstProcess() ?? []]
}

async function complete ([shell]: readonly string[]): Promise<void> {
  const { completionScript, SHELLS } = await import('./completion.js')
  const script = completionScript(shell)
  if (script !== undefined) process.stdout.write(script)
  else {
    complain(`completion needs the name of a shell: ${SHELLS.join(', ')}`)
    process.exitCode = WRONG_USE
  }
}

/** Steering a running server needs none of the server's options. */
async function steer (args: readonly string[]): Promise<void> {
  const { control } = await import('./ctl/index.js')
  try {
    const complain = (text: string): void => { process.stderr.write(text) }
    const terminal = { isTerminal: process.stdout.isTTY, complain }
    process.exitCode = await control(args, process.env, (text) => process.stdout.write(text), terminal)
  } catch (error) {
    const { message, cause } = error as Error
    complain(cause instanceof Error ? `${message}: ${cause.message}` : message)
    process.exitCode = 1
  }
}

/** Judging another server needs none of them either. */
async function judge (args: readonly string[]): Promise<void> {
  const { conformance } = await import('./conformance.js')
  process.exitCode = await conformance(args, process.env, (text) => process.stdout.write(text))
}

/** Nor does Vault's own command line; `vault server` is the server. */
async function speak (args: readonly string[]): Promise<void> {
  if (args[0] === 'server') return run(args)
  const { client } = await import('./vault/main.js')
  process.exitCode = await client(args, 'vault')
}

async function main ([command, ...args]: readonly string[]): Promise<void> {
  switch (command) {
    case 'conformance': return judge(args)
    case 'ctl': return steer(args)
    case 'vault': return speak(args)
    case 'completion': return complete(args)
    case 'version': return run(['--version'])
    case 'help': return run(['--help'])
    default: return run(process.argv.slice(2))
  }
}

outlivePipes()
main(process.argv.slice(2))
