// Options in code are refused as those of the command are: one clear error that lists what there is.
import t from 'tap'
import { createCluster, createNomad, createServer, createWorld, OptionsError } from '../../src/index.js'

/** As JavaScript may write it. */
function wrong (options: object): any { return options }

t.test('a fixture and a profile that there are not', async (t) => {
  const name = 'OptionsError'
  t.throws(() => createServer(wrong({ fixture: 'nope' })), { name, message: /^the option fixture: expected dev, uninitialized, .*, found "nope"$/ })
  t.throws(() => createServer(wrong({ profile: 'nope' })), {
    name, message: 'the option profile: expected documented, vault-1.14, vault-1.21, openbao-2.5, found "nope"'
  })
  await t.rejects(createCluster(wrong({ profile: 'nope' })), { name })
  await t.rejects(createWorld(wrong({ clusters: { east: {} }, fixture: 'nope' })), { name })
  await t.rejects(createNomad(wrong({ profile: 'vault-1.14' })), { name, message: /expected documented, nomad-2\.0/ })
})

t.test('names that there are not', async (t) => {
  t.throws(() => createServer(wrong({ fixtur: 'dev' })), { message: /^there is no option "fixtur"; there is fixture, rootToken, / })
  t.throws(() => createServer(wrong({ nodes: 3 })), OptionsError, 'createServer makes one node')
  t.throws(() => createServer(wrong({ nomad: { acls: true } })), { message: /^there is no option "nomad\.acls"; there is servers, / })
  await t.rejects(createCluster(wrong({ node: 3 })), { message: /^there is no option "node"; there is nodes, / })
  await t.rejects(createNomad(wrong({ nodes: 3 })), { message: /^there is no option "nodes"; there is servers, / })
})

t.test('values of another form', async (t) => {
  await t.rejects(createCluster(wrong({ nodes: '3' })), { message: 'the option nodes: expected integer (a whole number from 1 to 99), found "3"' })
  await t.rejects(createWorld(wrong({ clusters: { east: { nodes: 0 } } })), { message: /^the option clusters\/east\/nodes: / })
  t.throws(() => createServer(wrong({ journal: { entires: 1 } })), { message: /^the option journal\/entires: expected no such field/ })
  t.throws(() => createServer(wrong({ time: null })), { message: 'the option time: expected live, auto, manual, found null' })
  t.doesNotThrow(() => createServer({ profile: undefined, nomad: false }))
})
