// JSON as Go reads and prints it: the only way bodies, storage, archives and answers are read and printed.
export { compareBytes } from './characters.js'
export { printJson } from './print.js'
export type { Printable } from './print.js'
export { parseJson } from './read.js'
export type { ReadOptions } from './read.js'
export { goMap, isObject, JsonNumber, JsonSyntaxError } from './value.js'
export type { JsonObject, JsonValue } from './value.js'
