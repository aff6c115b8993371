// The options of the command: every one stands once, in options/table.ts.
export type { Address } from './kinds.js'
export { helpText, optionsTable } from './print.js'
export { readOptions } from './read.js'
export type { Problem } from './read.js'
export type { Command, OptionName, Options, OptionValues } from './table.js'
