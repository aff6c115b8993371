// Values that are there at once within a world, and only later where another process has to be asked.

/** A value, or the promise of one. */
export type Eventually<T> = T | Promise<T>

/** Goes on with a value as soon as it is there: at once if it is there. */
export function onceSettled<T, R> (value: Eventually<T>, next: (settled: T) => Eventually<R>): Eventually<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** Hands over to another step whatever is thrown on the way to a value, at once or later. */
export function rescue<T> (attempt: () => Eventually<T>, refused: (error: unknown) => Eventually<T>): Eventually<T> {
  try {
    const value = attempt()
    return value instanceof Promise ? value.catch(refused) : value
  } catch (error) {
    return refused(error)
  }
}
