// The licences of the packages that a bundle contains, as one text.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const OPENING = 'vault-mock itself is under the licence in LICENSE. Its bundle contains parts of these packages:\n'

/**
 * @param root the project's folder
 * @param inputs paths of the files that went into the bundle, relative to it
 * @throws {Error} where a package has no licence
 */
export function noticesOf (root, inputs) {
  const folders = new Set(inputs.filter((path) => path.includes('node_modules/')).map((path) => packageOf(join(root, path))))
  const notices = [...folders].map(noticeOf).sort((a, b) => a.title < b.title ? -1 : 1)
  // two copies of one version are one notice
  const texts = new Map(notices.map(({ title, text }) => [title, text]))
  return [OPENING, ...[...texts].map(([title, text]) => `${'-'.repeat(80)}\n${title}\n\n${text.trim()}\n`)].join('\n')
}

/** The nearest folder above a file whose package.json has a name and a version. */
function packageOf (file) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const described = join(folder, 'package.json')
    if (existsSync(described) && JSON.parse(readFileSync(described, 'utf8')).version !== undefined) return folder
  }
  throw new Error(`${file} belongs to no package`)
}

function noticeOf (folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (typeof license !== 'string') throw new Error(`${name} ${version} names no licence`)
  const file = readdirSync(folder).find((each) => /^licen[cs]e(?:\.\w+)?$/i.test(each))
  const text = file === undefined ? `Licensed under ${license}; the package has no text of it.` : readFileSync(join(folder, file), 'utf8')
  return { title: `${name} ${version} (${license})`, text }
}
