// Several errors in one text, as HashiCorp's go-multierror prints them.

/** `2 errors occurred:`, then a line for each. */
export function multiError (messages: readonly string[]): string {
  const head = messages.length === 1 ? '1 error' : `${messages.length} errors`
  return `${head} occurred:\n\t* ${messages.join('\n\t* ')}\n\n`
}
