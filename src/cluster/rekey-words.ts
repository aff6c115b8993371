// What the ceremonies for new key shares say when they refuse something.

/** The words of one ceremony; the nonces are those that would have been right. */
export interface CeremonyWords {
  readonly alreadyRunning: string
  /** to a share of the old key */
  readonly notRunning: string
  readonly mustBeVerified: (nonce: string) => string
  readonly wrongNonce: (nonce: string) => string
  readonly shareGivenTwice: string
  /** the old shares don't open the root key, for this reason */
  readonly wrongKey: (reason: string) => string
  /** to a share of the new key */
  readonly nothingToVerify: string
  readonly notVerifying: string
  readonly wrongVerificationNonce: (nonce: string) => string
  readonly newShareGivenTwice: string
  readonly wrongNewKey: (reason: string) => string
}

const verification = {
  wrongVerificationNonce: (nonce: string) => `incorrect nonce supplied; nonce for this verify operation is "${nonce}"`,
  newShareGivenTwice: 'given key has already been provided during this verify operation'
}

/** `sys/rekey`. @see recordings `keys` */
export const REKEY_WORDS: CeremonyWords = {
  ...verification,
  alreadyRunning: 'rekey already in progress',
  notRunning: 'no barrier rekey in progress',
  mustBeVerified: (nonce) => 'rekey operation already finished; verification must be performed; ' +
    `nonce for the verification operation is "${nonce}"`,
  wrongNonce: (nonce) => `incorrect nonce supplied; nonce for this rekey operation is "${nonce}"`,
  shareGivenTwice: 'given key has already been provided during this generation operation',
  wrongKey: (reason) => `rekey aborted: ${reason}`,
  nothingToVerify: 'no rekey configuration found',
  notVerifying: 'no rekey verification in progress',
  wrongNewKey: (reason) => `rekey verification aborted: ${reason}`
}

/** OpenBao's `sys/rotate/root`. @see recordings `rotate`, `vault/rotate.go` */
export const ROTATION_WORDS: CeremonyWords = {
  ...verification,
  alreadyRunning: 'rotation already in progress',
  notRunning: 'no rotation in progress',
  mustBeVerified: (nonce) => 'rotation already finished; verification must be performed; ' +
    `nonce for the verification operation is "${nonce}"`,
  wrongNonce: (nonce) => `incorrect nonce supplied; nonce for rotation is "${nonce}"`,
  shareGivenTwice: 'given key has already been provided during this rotation',
  wrongKey: (reason) => reason
    .replace('unable to retrieve stored keys', 'failed to read root key')
    .replace('invalid key: failed to compute combined key', 'failed to compute key')
    .replace('invalid key: failed to setup', 'failed to setup'),
  nothingToVerify: 'no rotation in progress',
  notVerifying: 'no rotation verification in progress',
  wrongNewKey: () => 'rotation verification failed; incorrect key shares supplied'
}
