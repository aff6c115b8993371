// Where a running server's controls are, left in a file for `vault-mock ctl`: a node that was killed cannot tell.
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Whereabouts {
  readonly pid: number
  readonly control: string
  readonly nodes: readonly string[]
}

/** Of this user alone: what stands there is where a control token is sent. */
function folder (): string {
  return join(tmpdir(), `vault-mock-controls-${process.getuid?.() ?? 'user'}`)
}

/**
 * Leaves them until the process ends. Where no file can be written, `ctl` asks the nodes.
 *
 * @param nodes the URLs by which people call
 */
export function leaveWhereabouts (control: string, nodes: readonly string[]): void {
  const file = join(folder(), `${process.pid}.json`)
  const whereabouts: Whereabouts = { pid: process.pid, control, nodes }
  try {
    mkdirSync(folder(), { mode: 0o700, recursive: true })
    writeFileSync(file, JSON.stringify(whereabouts), { mode: 0o600 })
  } catch { return }
  process.once('exit', () => {
    rmSync(file, { force: true })
    try {
      rmdirSync(folder())
    } catch { /* other servers run */ }
  })
}

/** The address of the controls of the server that has a node at an address; undefined where nothing is known. */
export function controlsOf (address: string): string | undefined {
  const origin = originOf(address)
  return running().find(({ nodes }) => nodes.some((node) => originOf(node) === origin))?.control
}

function running (): Whereabouts[] {
  try {
    const { uid, mode } = statSync(folder())
    if (process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0)) return []
    return readdirSync(folder()).map((name) => readOne(join(folder(), name))).filter((found) => found !== undefined)
  } catch { return [] }
}

/** Undefined for what a process has left that did not end by itself. */
function readOne (file: string): Whereabouts | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isWhereabouts(found)) return undefined
    process.kill(Number(found.pid), 0)
    return found
  } catch { return undefined }
}

function isWhereabouts (value: unknown): value is Whereabouts {
  return typeof value === 'object' && value !== null && 'pid' in value && 'nodes' in value && Array.isArray(value.nodes) &&
    'control' in value && typeof value.control === 'string'
}

function originOf (address: string): string {
  if (!URL.canParse(address)) return address
  const { protocol, hostname, port } = new URL(address)
  return `${protocol}//${hostname === 'localhost' ? '127.0.0.1' : hostname}:${port}`
}
