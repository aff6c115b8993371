// What is in the package, and what must not be; its links, its licences, and that it can be built by who installs it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { equal, ok } from '../clients/checks.js'
import { execute, folder, install, installed, root, write } from './consumer.js'

const SHIPPED = [
  'dist/page/page.js.gz',
  'dist/command/cli.js', 'dist/command/vault.js', 'dist/index.js', 'dist/require/index.cjs', 'dist/types/index.d.ts', 'dist/types/index.d.cts',
  'dist/THIRD-PARTY-NOTICES.txt', 'docs/controls.md', 'examples/testing/vitest.test.js', 'LICENSE', 'README.md'
]
const FOLDERS = /^(dist|fixtures|conformance|docs|examples)\//
const FILES = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md)$/

/** @returns where the tarball lies */
export async function packAndInstall () {
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, maxBuffer: 64e6 })
  const [{ filename, files, size }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  const names = files.map((file) => file.path)
  const missing = SHIPPED.filter((name) => !names.includes(name))
  equal(missing, [], 'the tarball has command, library, types, documents, examples, licences')
  const strange = names.filter((name) => !FOLDERS.test(name) && !FILES.test(name))
  equal(strange, [], 'and nothing that does not belong there')
  // bundles for import and require, recordings and documents
  ok(size < 3e6, 'it is smaller than 3 MB', size)
  write('package.json', '{"name":"consumer","private":true}')
  await install(join(folder, filename))
  ok(existsSync(installed), 'it installs')
  return join(folder, filename)
}

/** Links within a page that lead nowhere. */
function brokenLinks (page) {
  const text = readFileSync(join(installed, page), 'utf8')
  const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, to]) => to).filter((to) => !/^[a-z]+:/.test(to))
  return links.filter((to) => !existsSync(join(installed, dirname(page), to)))
}

export function links () {
  const documents = readdirSync(join(installed, 'docs'), { recursive: true }).filter((name) => name.endsWith('.md'))
  const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...documents.map((name) => `docs/${name}`)]
  ok(documents.length > 5, 'the documents come with it')
  equal(pages.flatMap((page) => brokenLinks(page).map((link) => `${page}: ${link}`)), [], 'their links lead somewhere in the package')
}

export function licences () {
  const notices = readFileSync(join(installed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8')
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const silent = Object.keys(dependencies).filter((name) => !name.startsWith('@fastify/type') && !notices.includes(`\n${name} `))
  equal(silent, [], 'the notices have the licences of what the command contains')
  const image = readFileSync(join(root, 'Dockerfile'), 'utf8')
  ok(/^COPY LICENSE /m.test(image) && /^COPY --from=build \/build\/dist /m.test(image), 'the image has both, too')
}

/** npm runs `prepare` in a clone that has its dependencies, and nothing built. */
export async function fromGit () {
  const clone = join(folder, 'clone')
  mkdirSync(clone)
  const { stdout } = await execute('git', ['ls-files'], { cwd: root })
  const tracked = stdout.trim().split('\n').filter((name) => existsSync(join(root, name)))
  await execute('tar', ['-cf', join(folder, 'clone.tar'), ...tracked], { cwd: root, maxBuffer: 64e6 })
  await execute('tar', ['-xf', join(folder, 'clone.tar'), '-C', clone])
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  await execute('npm', ['run', 'prepare'], { cwd: clone })
  const made = SHIPPED.filter((name) => name.startsWith('dist/')).filter((name) => !existsSync(join(clone, name)))
  equal(made, [], 'an install from git builds all of it')
  rmSync(clone, { recursive: true })
}
