// A command that ends before its last line: with a text for standard error and an exit code.

/** 1: used wrongly; 2: the server refused, or there is nothing. */
export type ExitCode = 0 | 1 | 2

export class Ending extends Error {
  constructor (readonly code: ExitCode, message: string) {
    super(message)
    this.name = 'Ending'
  }
}

export function usage (message: string): Ending {
  return new Ending(1, message)
}

export function failure (message: string): Ending {
  return new Ending(2, message)
}

/** Runs a step and puts words before what it throws: `Error reading secret/a: …`. */
export async function saying<T> (words: string, step: () => Promise<T>, code: ExitCode = 2): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof Ending) throw error
    throw Object.assign(new Ending(code, `${words}: ${(error as Error).message}`), { cause: error })
  }
}
