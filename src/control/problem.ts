// What the controls refuse, in words for whoever writes the test.

/** `unknown`: there is no such thing; `wrong`: the words are not understood; `impossible`: not in this state. */
export type ProblemKind = 'unknown' | 'wrong' | 'impossible'

export class ControlProblem extends Error {
  override readonly name = 'ControlProblem'

  constructor (readonly kind: ProblemKind, message: string) {
    super(message)
  }
}

export function unknown (what: string, name: string, known: Iterable<string>): ControlProblem {
  const names = [...known]
  return new ControlProblem('unknown', `there is no ${what} "${name}"; there ${names.length === 0 ? 'is none' : `is ${names.join(', ')}`}`)
}
