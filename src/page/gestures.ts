// What a hand does to the picture: it draws lines, and presses what looks like a button.
import { signal } from '@preact/signals'
import { cutCall, healCall } from './calls.js'
import type { Point } from './layout.js'
import { act, type Seen } from './live.js'
import { isCut } from './selection.js'

/** A line being drawn from a node or a cluster, to cut or mend what it ends at. */
export interface Drag { readonly from: string, readonly start: Point, readonly at: Point }

export const drag = signal<Drag | undefined>(undefined)

/** Cuts what stands, mends what is cut. */
export function toggleLink (world: Seen, from: string, to: string): void {
  act(isCut(world, from, to) ? healCall(from, to) : cutCall(from, to))
}

/** As a button: Enter and the space bar. */
export function pressed (act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    act()
  }
}
