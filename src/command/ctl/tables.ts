// Answers of the controls for people: lists as tables, the rest as names and values.

/** Which columns of what has many are worth a line. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  nodes: ['id', 'cluster', 'process', 'sealed', 'active', 'suffrage', 'term', 'appliedIndex', 'cutOff', 'apiAddr'],
  entries: ['number', 'at', 'node', 'method', 'url', 'status', 'durationMs', 'notes'],
  events: ['number', 'at', 'kind', 'cluster', 'node', 'detail'],
  servers: ['name', 'process', 'member', 'leader', 'suffrage', 'address']
}

/** @param value what JSON holds */
export function table (value: unknown): string {
  if (Array.isArray(value)) return listed('', value)
  if (!isObject(value)) return `${shown(value)}\n`
  const single = Object.entries(value).filter(([, member]) => !isTable(member))
  const many = Object.entries(value).filter(([, member]) => isTable(member))
  // a count beside what it counts says nothing
  const told = single.filter(([name]) => !(name === 'count' && many.length > 0))
  const parts = [
    ...(told.length === 0 ? [] : [columns(told.map(([name, member]) => [name, shown(member)]))]),
    ...many.map(([name, member]) => titled(name, member, told.length + many.length > 1))
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function isTable (value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.some(isObject)
}

function titled (name: string, rows: unknown, hasOthers: boolean): string {
  const list = Array.isArray(rows) ? listed(name, rows) : ''
  return hasOthers ? `${name}:\n${list}` : list
}

function listed (name: string, rows: readonly unknown[]): string {
  const objects = rows.map((row) => withInstant(isObject(row) ? row : { value: row }))
  if (objects.length === 0) return ''
  const all = [...new Set(objects.flatMap((row) => Object.keys(row)))]
  const wanted = COLUMNS[name]?.filter((column) => all.includes(column)) ?? all
  const cells = objects.map((row) => wanted.map((column) => shown(row[column])))
  return columns([wanted.map((column) => column.toUpperCase()), ...cells])
}

/** `atMs` as an instant. */
function withInstant (row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { atMs, ...rest } = row
  return typeof atMs === 'number' ? { ...rest, at: new Date(atMs).toISOString() } : { ...row }
}

/** Texts below each other, as wide as the widest. */
export function columns (rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)))
  return rows.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()}\n`).join('')
}

function shown (value: unknown): string {
  if (value === undefined || value === null) return '-'
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.length === 0 ? '-' : value.join(', ')
  return JSON.stringify(value)
}

function isObject (value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
