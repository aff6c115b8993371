#!/usr/bin/env node
// The client under its own name: the image links it as `vault` and as `bao`. Nothing of the server is loaded for it,
// unless it is told to start one.
const [command, ...args] = process.argv.slice(2)

async function main (): Promise<void> {
  if (command === 'server') await import('../cli.js')
  else {
    const { client } = await import('./main.js')
    process.exitCode = await client(command === undefined ? args : [command, ...args], process.argv[1] ?? '')
  }
}

main()
