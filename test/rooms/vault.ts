// All tests of test/vault.
import { room } from '../room.js'

await room('vault')
