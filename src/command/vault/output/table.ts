// Columns as the real client prints them, and text wrapped to its width.

const GLUE = '    '
const EMPTY = 'n/a'
/** The widest line of a wrapped text. */
const WIDTH = 78

/** Rows in columns, four blanks apart; the last cell of a row is not padded, empty ones are `n/a`. */
export function columns (rows: ReadonlyArray<readonly string[]>): string {
  const cells = rows.map((row) => row.map((cell) => cell.trim() || EMPTY))
  const widths = cells.reduce<number[]>((widest, row) => {
    row.forEach((cell, i) => { widest[i] = Math.max(widest[i] ?? 0, length(cell)) })
    return widest
  }, [])
  return cells.map((row) => row.map((cell, i) => {
    return i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - length(cell))
  }).join(GLUE)).join('\n')
}

/** The same with a line below the first row. */
export function table (rows: ReadonlyArray<readonly string[]>): string {
  const [head = [], ...rest] = rows
  return columns([head, head.map((cell) => '-'.repeat(Buffer.byteLength(cell.trim()))), ...rest])
}

/** In characters, not in JavaScript's units. */
function length (text: string): number {
  return [...text].length
}

/**
 * Breaks a paragraph between words, so that the raggedness of the lines is least: the sum of the squares of what each
 * but the last leaves free. Source: `text.Wrap` of `kr/text`, blanks doubled by the writer included.
 */
export function wrapText (text: string, indent = 0): string {
  const words = text.trim().replaceAll('\n', ' ').split(' ')
  return wrapWords(words, WIDTH - indent).map((line) => ' '.repeat(indent) + line).join('\n')
}

function wrapWords (words: readonly string[], width: number): string[] {
  const ends = bestEnds(words.map((word) => Buffer.byteLength(word)), width)
  const lines: string[] = []
  for (let from = 0; from < words.length;) {
    const to = ends[from] ?? words.length
    lines.push(words.slice(from, to).join(' '))
    from = to
  }
  return lines
}

const TOO_WIDE = 1e5

/** For each word, where the line that begins with it ends. */
function bestEnds (lengths: readonly number[], width: number): number[] {
  const ends = lengths.map(() => lengths.length)
  const costs = lengths.map(() => Infinity)
  let rest = -1
  for (let from = lengths.length - 1; from >= 0; from--) {
    rest += (lengths[from] ?? 0) + 1
    if (rest <= width || from === lengths.length - 1) {
      costs[from] = 0
      continue
    }
    let used = -1
    for (let to = from + 1; to < lengths.length; to++) {
      used += (lengths[to - 1] ?? 0) + 1
      const cost = (width - used) ** 2 + (costs[to] ?? 0) + (used > width ? TOO_WIDE : 0)
      if (cost < (costs[from] ?? Infinity)) [costs[from], ends[from]] = [cost, to]
      // a line that is too wide by more words is never better
      if (used > width) break
    }
  }
  return ends
}
