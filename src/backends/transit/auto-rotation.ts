// Keys that rotate by themselves: when, and what happens then.
import type { Call } from '../../vault/paths.js'
import type { TransitKey } from './stored-keys.js'

export function armRotation (_call: Call<unknown>, _key: TransitKey): void {}
export function disarmRotation (_call: Call<unknown>, _key: TransitKey): void {}
