// Entries of the corpus that are known to fail, each with the reason. One that passes fails the run, so the list shrinks.
export const NOT_YET: Readonly<Record<string, string>> = {
}
