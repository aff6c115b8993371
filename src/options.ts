// The options of the command: every one stands once, in options/table.ts.
export type { Address } from './options/kinds.js'
export { helpText, readmeTable } from './options/print.js'
export { readOptions } from './options/read.js'
export type { Problem } from './options/read.js'
export type { Command, OptionName, Options, OptionValues } from './options/table.js'
