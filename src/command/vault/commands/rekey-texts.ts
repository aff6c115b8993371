// What `operator rekey` says to people.
import { numberOf, textsOf } from '../secret.js'
import type { JsonObject } from '../../../json/index.js'

/** @param kind of key that is renewed */
export function startWarning (kind: 'unseal' | 'recovery', encrypted: boolean, backup: boolean): string | undefined {
  if (!encrypted) {
    return 'WARNING! If you lose the keys after they are returned, there is no recovery. Consider canceling this operation ' +
      `and re-initializing with the -pgp-keys flag to protect the returned ${kind} keys along with -backup to allow ` +
      'recovery of the encrypted keys in case of emergency. You can delete the stored keys later using the -delete flag.'
  }
  if (backup) return undefined
  return `WARNING! You are using PGP keys for encrypted the resulting ${kind} keys, but you did not enable the ` +
    'option to backup the keys to Vault\'s core. If you lose the encrypted keys after they are returned, you will not be able to recover them. Consider canceling this ' +
    'operation and re-running with -backup to allow recovery of the encrypted unseal keys in case of emergency. You can delete the stored ' +
    'keys later using the -delete flag.'
}

const DISTRIBUTE = 'Please securely distribute the key shares printed above.'

/** Paragraphs below the new keys. */
export function rekeyedText (recovery: boolean, before: JsonObject, after: JsonObject): string[] {
  const backedUp = (textsOf(after['pgp_fingerprints']) ?? []).length > 0 && after['backup'] === true
  const shares = `${numberOf(before['n'])} key shares and a key threshold of ${numberOf(before['t'])}`
  const again = recovery ? '' : ` When Vault is re-sealed, ${restart(before)}`
  const text = before['verification_required'] === true
    ? `Vault has created a new ${recovery ? 'recovery' : 'unseal'} key, split into ${shares}. These will not be active ` +
      `until after verification is complete. ${DISTRIBUTE}${again}`
    : `Vault ${recovery ? 'recovery' : 'unseal'} keys rekeyed with ${shares}. ${DISTRIBUTE}${again}`
  return [...backedUp ? [backupText(recovery)] : [], text]
}

function restart (before: JsonObject): string {
  return `restarted, or stopped, you must supply at least ${numberOf(before['t'])} of these keys to unseal it before it ` +
    'can start servicing requests.'
}

function backupText (recovery: boolean): string {
  const [kind, target] = recovery ? ['recovery', ' -target=recovery'] : ['unseal', '']
  return `The encrypted ${kind} keys are backed up to "core/${kind}-keys-backup" in the storage backend. Remove ` +
    `these keys at any time using "vault operator rekey -backup-delete${target}". Vault does not automatically ` +
    'remove these keys.'
}

export function verificationWarnings (recovery: boolean): string[] {
  return [
    'Again, these key shares are _not_ valid until verification is performed. Do not lose or discard your current key shares until after ' +
    `verification is complete or you will be unable to ${recovery ? 'authenticate with' : 'unseal'} Vault. If you cancel ` +
    'the rekey process or seal Vault before verification is complete the new shares will be discarded and the current shares will remain valid.',
    'The current verification status, including initial nonce, is shown below.'
  ]
}
