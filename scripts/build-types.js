// Writes the type declarations into dist/types: only what the two entries reach, once for `import` and once for
// `require`, whose declarations are the same with other endings.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'dist/types')
const SPECIFIER = /(from |import\()(['"])(\.[^'"]+)\.js\2/g

rmSync(folder, { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })

const reached = new Set()
for (const entry of ['index.d.ts', 'testing.d.ts']) reach(join(folder, entry))
for (const name of await readdir(folder, { recursive: true })) {
  if (name.endsWith('.d.ts') && !reached.has(join(folder, name))) rmSync(join(folder, name))
}
for (const file of reached) {
  const text = readFileSync(file, 'utf8').replace(SPECIFIER, '$1$2$3.cjs$2')
  writeFileSync(file.replace(/\.ts$/, '.cts'), text)
}

function reach (file) {
  if (reached.has(file)) return
  reached.add(file)
  for (const [, , , path] of readFileSync(file, 'utf8').matchAll(SPECIFIER)) reach(join(dirname(file), `${path}.d.ts`))
}
