// All tests of test/telemetry.
import { room } from '../room.js'

await room('telemetry')
