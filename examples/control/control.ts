// Steers a running vault-mock from TypeScript. Start `vault-mock --nodes 3`, then: npx tsx examples/control/control.ts
import { ControlClient } from 'vault-mock/testing'

const control = new ControlClient(process.env.VAULT_ADDR ?? 'http://127.0.0.1:8200')

await control.checkpoints.save('before')
await control.nodes.kill('raft_1')
await control.time.advance(60_000)
for (const { id, process, active } of await control.nodes.list()) console.log(id, process, active ? 'active' : '')
await control.checkpoints.restore('before')
