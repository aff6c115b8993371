// From an error of Go's to what the server says of it.
import { invalid } from '../refusal/index.js'
import { GoError } from './values.js'

/**
 * What a reader makes of its text.
 *
 * @param words what is said in place of the error's own message
 * @throws {VaultError} `invalid` for what the reader refuses
 */
export function orInvalid<T> (read: () => T, words: (message: string) => string = (message) => message): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof GoError ? invalid(words(error.message)) : error
  }
}
