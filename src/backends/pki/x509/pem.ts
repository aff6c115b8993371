// PEM: text around DER, as Go reads and writes it.

/** What stood between BEGIN and END. */
export interface PemBlock {
  /** e.g. `CERTIFICATE` */
  readonly type: string
  readonly der: Buffer
}

const LINE_LENGTH = 64
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\s*\n([A-Za-z0-9+/=\s]*?)-----END \1-----[ \t]*(?:\r?\n|$)?/g

/** With a newline at its end. */
export function toPem (type: string, der: Uint8Array): string {
  const coded = Buffer.from(der).toString('base64')
  const lines = coded.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? []
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n')
}

/** As most answers show it: without the newline. */
export function trimmedPem (type: string, der: Uint8Array): string {
  return toPem(type, der).trimEnd()
}

/** The first block, whatever stands around it; undefined if there is none. */
export function firstPemBlock (text: string): PemBlock | undefined {
  return pemBlocks(text).blocks[0]
}

/** All blocks in order, and what follows the last of them. */
export function pemBlocks (text: string): { readonly blocks: readonly PemBlock[], readonly rest: string } {
  const blocks: PemBlock[] = []
  let end = 0
  for (const match of text.matchAll(BLOCK)) {
    const [all, type = '', coded = ''] = match
    blocks.push({ type, der: Buffer.from(coded, 'base64') })
    end = match.index + all.length
  }
  return { blocks, rest: text.slice(end) }
}
