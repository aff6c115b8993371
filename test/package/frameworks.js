// The examples for test frameworks, run as their first lines say, in a project that has the package.
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { equal, ok } from '../clients/checks.js'
import { folder, install, outcome, root } from './consumer.js'

const FRAMEWORKS = ['vitest@5.1.1', 'jest@30.5.2', 'mocha@12.0.3']

export async function frameworks () {
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  await install('--no-save', ...FRAMEWORKS)
  symlinkSync(join(root, 'node_modules/tap'), join(folder, 'node_modules/tap'))
  const examples = readdirSync(join(folder, 'examples/testing'))
  equal(examples.length, 5, 'examples for five frameworks')
  for (const example of examples) await runExample(example)
}

async function runExample (example) {
  const [opening] = /Run: .*/.exec(readFileSync(join(folder, 'examples/testing', example), 'utf8')) ?? ['']
  const [program, ...args] = opening.replace('Run: ', '').split(' ')
  // tap wants a project of its own; its tests are programs
  const line = args[0] === 'tap' ? [process.execPath, args.slice(1)] : [program, args]
  const { code, stdout, stderr } = await outcome(...line, { env: { ...process.env, CI: '1' } })
  ok(code === 0, `${opening.replace('Run: ', '')} passes`, stdout + stderr)
}
