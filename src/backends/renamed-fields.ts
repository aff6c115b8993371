// Fields of roles and users that have a newer name: set through the older one, a value is shown under both.
// https://developer.hashicorp.com/vault/api-docs/auth/approle, …/userpass, …/token: their deprecated parameters

/**
 * Whether a value counts as set through its older name after a write.
 *
 * @param newer the value under its newer name, `older` under its older one; undefined: left out
 * @param before whether it did before the write
 */
export function hasOldName (newer: unknown, older: unknown, before: boolean): boolean {
  return newer === undefined && (older !== undefined || before)
}
