// How the page says instants, durations and amounts.
const UNITS = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1000]] as const

/** `2.4 s`, `3 min`, `5 h` */
export function remaining (ms: number): string {
  if (ms < 0) return 'now'
  if (ms < 1000) return `${Math.round(ms)} ms`
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ['s', 1000]
  const amount = ms / size
  return `${amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${unit}`
}

/** `2026-11-21 18:37:30.123`, as the world has it: UTC */
export function instant (atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')
}

/** `18:37:30.123` */
export function clock (atMs: number): string {
  return instant(atMs).slice(11)
}

/** `leader-elected` is `leader elected`. */
export function spaced (name: string): string {
  return name.replaceAll('-', ' ').replaceAll('.', ' · ')
}
