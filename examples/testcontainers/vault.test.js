// npm i -D @testcontainers/vault
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VaultContainer } from '@testcontainers/vault'

test('a secret', async () => {
  const vault = await new VaultContainer('vault-mock:latest')
    .withVaultToken('myroot')
    .withInitCommands('kv put secret/app password=s3cret')
    .start()
  const answer = await fetch(`${vault.getAddress()}/v1/secret/data/app`, { headers: { 'X-Vault-Token': 'myroot' } })
  assert.deepEqual((await answer.json()).data.data, { password: 's3cret' })
  await vault.stop()
})
