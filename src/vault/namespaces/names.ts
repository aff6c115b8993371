// What a namespace may be called.
import { invalid } from '../../refusal/index.js'

const RESERVED: readonly string[] = ['root', 'sys', 'audit', 'auth', 'cubbyhole', 'identity']

/**
 * @param name a single segment
 * @throws {VaultError} `"…" is a reserved path and cannot be used as a namespace name` and others
 * @see https://developer.hashicorp.com/vault/docs/enterprise/namespaces#namespace-naming-restrictions
 */
export function checkNamespaceName (name: string): void {
  if (name === '') throw invalid('path is missing; cannot validate root namespace')
  if (name.includes(' ')) throw invalid(`"${name}" contains space characters and cannot be used as a namespace name`)
  if (RESERVED.includes(name)) throw invalid(`"${name}" is a reserved path and cannot be used as a namespace name`)
}
