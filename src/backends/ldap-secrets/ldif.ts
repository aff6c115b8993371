// LDIF (RFC 2849) as Vault's library reads it: records that add, change or delete an entry of a directory.
import { decodeBase64 } from '../../go/base64.js'
import { GoError } from '../../go/values.js'

export interface LdifRecord {
  readonly change: 'add' | 'modify' | 'delete'
  readonly dn: string
  /** of an entry that is added; values that a change sets, by attribute */
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

interface Attribute {
  readonly name: string
  readonly value: string
}

/**
 * The records of a text.
 *
 * @throws {GoError} `Error in line 3: missing 'dn:'`
 */
export function parseLdif (text: string): LdifRecord[] {
  const records: LdifRecord[] = []
  // a kind of change counts for what follows, until another is named
  let change = ''
  for (const { lines, endsAt } of blocksOf(text)) {
    try {
      const block = records.length === 0 && change === '' ? withoutVersion(lines) : lines
      if (block.length === 0) continue
      const [dn, ...more] = block
      if (dn === undefined || !dn.startsWith('dn:')) throw new GoError("missing 'dn:'")
      const { value } = parseLine(dn)
      if (more.length === 0) throw new GoError('only a dn: line')
      const body = more.filter((line) => !line.startsWith('control:'))
      if (body.length === 0) throw new GoError('only controls found')
      if (body[0]?.startsWith('changetype:')) change = parseLine(body.shift() ?? '').value
      records.push(recordOf(value, change, body))
    } catch (error) {
      throw error instanceof GoError ? new GoError(`Error in line ${endsAt}: ${error.message}`) : error
    }
  }
  return records
}

/** Unfolded lines between empty ones, without comments. */
function blocksOf (text: string): { readonly lines: string[], readonly endsAt: number }[] {
  const blocks: { lines: string[], endsAt: number }[] = []
  let lines: string[] = []
  let inComment = false
  for (const [index, line] of [...text.split('\n'), ''].map((each) => each.replace(/\r+$/, '')).entries()) {
    if (line === '') {
      if (lines.length > 0) blocks.push({ lines, endsAt: index + 1 })
      lines = []
    } else if (line.startsWith(' ')) {
      const last = lines.pop()
      if (last !== undefined) lines.push(inComment ? last : last + line.slice(1))
    } else {
      inComment = line.startsWith('#')
      if (!inComment) lines.push(line)
    }
  }
  return blocks
}

function withoutVersion (lines: readonly string[]): readonly string[] {
  const [first = '', ...others] = lines
  if (!first.startsWith('version:')) return lines
  const version = first.slice('version:'.length).trim()
  if (version !== '1') throw new GoError(`Invalid version spec ${version}`)
  return others
}

function recordOf (dn: string, change: string, body: readonly string[]): LdifRecord {
  switch (change) {
    case '':
    case 'add': return { change: 'add', dn, attributes: grouped(body.map(parseLine)) }
    case 'delete': {
      if (body.length > 0) throw new GoError('no attributes allowed for changetype delete')
      return { change: 'delete', dn, attributes: new Map() }
    }
    case 'modify': return { change: 'modify', dn, attributes: changesIn(body) }
    case 'moddn':
    case 'modrdn': throw new GoError(`unsupported changetype ${change}`)
    default: throw new GoError(`invalid changetype ${change}`)
  }
}

function grouped (attributes: readonly Attribute[]): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>()
  for (const { name, value } of attributes) values.set(name, [...values.get(name) ?? [], value])
  return values
}

/** `replace: mail`, its values, and a dash; as often as there are changes. */
function changesIn (body: readonly string[]): Map<string, readonly string[]> {
  if (body.at(-1) !== '-') throw new GoError('modify request does not close with a single dash')
  const set: Attribute[] = []
  let now: Attribute | undefined
  for (const line of body) {
    if (line === '-') {
      if (now === undefined) throw new GoError('empty operation')
      if (!['add', 'replace', 'delete'].includes(now.name)) {
        throw new GoError(`invalid operation ${now.name} in modify request`)
      }
      now = undefined
      continue
    }
    const attribute = parseLine(line)
    if (now === undefined) now = attribute
    else if (attribute.name !== now.value) {
      throw new GoError(`invalid attribute ${attribute.name} in ${now.name} request for ${now.value}`)
    } else if (now.name !== 'delete') set.push(attribute)
  }
  return grouped(set)
}

function parseLine (line: string): Attribute {
  const end = line.indexOf(':')
  if (end < 0) throw new GoError(`Missing : in line \`${line}\``)
  if (end > line.length - 2) throw new GoError('empty value')
  const name = line.slice(0, end)
  if (!/^[A-Za-z0-9]/.test(name)) throw new GoError(name === '' ? 'empty attribute name' : 'invalid first character in attribute')
  if (!/^[A-Za-z0-9.;-]+$/.test(name)) throw new GoError('invalid character in attribute name')
  const rest = line.slice(end + 1)
  if (rest.startsWith('<')) throw new GoError('values by URL are not read here')
  if (!rest.startsWith(':')) return { name, value: rest.replace(/^ +/, '') }
  return { name, value: decodeBase64(rest.slice(1).replace(/^ +/, '')).toString() }
}
