// What is said to Vault's own command line and to ours, so that their answers can be compared.
import type { OpenOptions } from '../../../src/index.js'

/** One call; `$name` in an argument stands for what an earlier step has caught. */
export interface Step {
  readonly args: readonly string[]
  readonly stdin?: string
  readonly environment?: Readonly<Record<string, string>>
  /** names for what the output holds: the first group of each pattern, every time it is found */
  readonly catches?: Readonly<Record<string, RegExp>>
  /** a file that there is while the step runs, in the folder it runs in */
  readonly files?: Readonly<Record<string, string>>
}

export interface Scenario {
  readonly name: string
  readonly options: OpenOptions
  readonly steps: readonly Step[]
}

/** Words, split at blanks. */
function calls (...lines: readonly string[]): Step[] {
  return lines.map((line) => ({ args: line.split(' ') }))
}

const POLICY = 'path "secret/data/*" {\n  capabilities = ["read"]\n}\n'

const kv: Scenario = {
  name: 'kv',
  options: {},
  steps: [
    ...calls(
      'kv put secret/a x=1 y=two', 'kv put -mount=secret a x=2', 'kv put -cas=1 secret/a x=3', 'kv put -cas=2 -format=json secret/a x=3 z=4',
      'kv get secret/a', 'kv get -mount=secret a', 'kv get /secret/a', 'kv get -version=1 secret/a', 'kv get -format=json secret/a',
      'kv get -format=yaml secret/a', 'kv get -field=x secret/a', 'kv get -field=nothing secret/a', 'kv get -field=data secret/a',
      'kv get -format=json -field=data secret/a', 'kv get secret/nothing', 'kv get nowhere/a', 'kv get', 'kv get a b', 'kv put secret/a',
      'kv put secret/a novalue', 'kv put', 'kv get -version=x secret/a', 'kv get -nope secret/a', 'kv get -version', 'kv get secret/a -format=json',
      'kv get secret/a -field=x', 'kv patch secret/a y=2', 'kv patch -method=rw secret/a y=3', 'kv patch -remove-data=z secret/a',
      'kv patch -method=patch secret/nothing y=3', 'kv patch -method=no secret/a y=3', 'kv patch secret/a', 'kv rollback -version=1 secret/a',
      'kv rollback secret/a', 'kv rollback -version=0 secret/a', 'kv rollback -version=99 secret/a', 'kv delete secret/a',
      'kv get secret/a', 'kv get -format=json secret/a', 'kv undelete -versions=1,2 secret/a', 'kv undelete secret/a', 'kv destroy -versions=2 secret/a',
      'kv destroy secret/a', 'kv delete -versions=1 -versions=3 secret/a', 'kv get -version=2 secret/a', 'kv rollback -version=2 secret/a',
      'kv metadata get secret/a', 'kv metadata get -format=json secret/a', 'kv metadata get secret/nothing',
      'kv metadata put -max-versions=3 -delete-version-after=1h -cas-required=true -custom-metadata=a=b -custom-metadata=c=d secret/m',
      'kv metadata get secret/m', 'kv metadata patch -custom-metadata=e=f -remove-custom-metadata=a secret/m', 'kv metadata get -mount=secret m',
      'kv metadata patch secret/nothing', 'kv put secret/b/c x=1', 'kv list secret', 'kv list secret/', 'kv list -mount=secret', 'kv list -mount=secret b',
      'kv list -format=json secret', 'kv list -format=yaml secret', 'kv list secret/nothing', 'kv list -format=json secret/nothing', 'kv list',
      'kv metadata delete secret/b/c', 'kv metadata delete secret/b', 'kv put -output-curl-string secret/a x=1', 'kv get -output-policy secret/a',
      'secrets enable -path=old -version=1 kv', 'kv put old/a x=1', 'kv get old/a', 'kv get -format=json old/a', 'kv list old',
      'kv put -mount=old b x=1', 'kv get -mount=old b', 'kv metadata get old/a', 'kv undelete -versions=1 old/a', 'kv patch old/a x=2', 'kv delete old/a',
      'kv enable-versioning old', 'kv put -wrap-ttl=60 secret/w x=1'
    ),
    { args: ['kv', 'put', 'secret/stdin', '-'], stdin: '{"a":1,"b":[1,2],"c":{"d":"e"},"f":1.50,"g":null,"h":true}' },
    ...calls('kv get secret/stdin', 'kv get -format=json secret/stdin', 'kv get -format=yaml secret/stdin', 'kv get -field=c secret/stdin'),
    { args: ['kv', 'put', 'secret/stdin', 'password=-'], stdin: 'line one\nline two\n' },
    ...calls('kv get -field=password secret/stdin', 'kv get -format=yaml secret/stdin'),
    { args: ['kv', 'put', 'secret/file', '@data.json'], files: { 'data.json': '{"from":"a file","port":8200}' } },
    { args: ['kv', 'put', 'secret/file', 'text=@text', 'at=\\@x', 'list=1', 'list=2'], files: { text: 'of a file' } },
    ...calls('kv get -format=json secret/file', 'kv put secret/file text=@missing', 'kv put secret/file @missing'),
    { args: ['kv', 'put', 'secret/odd', 'a=true', 'b=1', 'c= blank', 'd=#x', 'e=x: y', 'f=', 'g=null', 'h=2024-01-01', 'i=1:30', 'j=ümläut', 'k=<&>', "l=it's"] },
    ...calls('kv get secret/odd', 'kv get -format=yaml secret/odd', 'kv get -format=json secret/odd')
  ]
}

const logical: Scenario = {
  name: 'logical',
  options: {},
  steps: [
    ...calls(
      'status', 'status -format=json', 'status -format=yaml', 'status extra', 'operator members', 'operator members -format=json', 'read sys/mounts/secret/tune', 'read -format=json sys/mounts/secret/tune',
      'read -format=raw secret/config', 'read -field=max_versions secret/config', 'read nothing/here', 'read secret/data/nothing', 'read', 'write', 'write secret/config',
      'write secret/config max_versions=7', 'write -f secret/config', 'write -force sys/rotate', 'write cubbyhole/a x=y', 'write -format=json sys/tools/random/8 format=hex',
      'read cubbyhole/a', 'list cubbyhole', 'list -format=json cubbyhole', 'list cubbyhole/nothing', 'list sys/policies/acl', 'list -detailed identity/entity/id',
      'delete cubbyhole/a', 'delete', 'delete -format=json cubbyhole/a', 'patch secret/data/none x=1', 'read -output-curl-string secret/config',
      'write -output-curl-string cubbyhole/a x=it\'s', 'list -output-policy cubbyhole', 'delete -output-policy sys/audit/x', 'write -output-policy cubbyhole/a x=1',
      'read -format=nope secret/config', 'list -format=raw cubbyhole', 'read -namespace=ns1 secret/config', 'read -header=X-Vault-A=b secret/config', 'read -header=A=b secret/config',
      'write -wrap-ttl=90s -field=wrapping_token cubbyhole/w x=1'
    ),
    { args: ['read', '-wrap-ttl=5m', 'secret/config'], catches: { wrap: /wrapping_token:\s+(\S+)/ } },
    { args: ['unwrap', '$wrap'] },
    { args: ['unwrap', '$wrap'] },
    { args: ['read', '-wrap-ttl=5m', '-format=json', 'secret/config'], catches: { again: /"token": "(\S+)"/ } },
    { args: ['unwrap', '-field=max_versions', '$again'] },
    { args: ['read', '-wrap-ttl=5m', '-field=wrapping_token', 'sys/policies/acl/default'], catches: { third: /(\S+)/ } },
    { args: ['unwrap'], environment: { VAULT_TOKEN: '$third' } },
    ...calls('unwrap a b', 'print token', 'kv', 'nonsense', 'kv nonsense'),
    { args: ['status'], environment: { VAULT_ADDR: 'http://127.0.0.1:1' } },
    { args: ['read', 'secret/config'], environment: { VAULT_ADDR: 'http://127.0.0.1:1' } },
    { args: ['write', 'secret/config', 'a=b'], environment: { VAULT_ADDR: 'http://127.0.0.1:1' } },
    { args: ['read', 'secret/config'], environment: { VAULT_ADDR: '127.0.0.1:8200' } },
    { args: ['read', 'secret/config'], environment: { VAULT_TOKEN: 'wrong' } },
    { args: ['read', 'secret/config'], environment: { VAULT_TOKEN: '' } },
    { args: ['read', 'secret/config'], environment: { VAULT_FORMAT: 'json' } },
    { args: ['list', 'cubbyhole'], environment: { VAULT_FORMAT: 'yaml' } },
    { args: ['read', 'secret/config'], environment: { VAULT_CACERT: 'missing.pem' } }
  ]
}

const tokens: Scenario = {
  name: 'tokens',
  options: {},
  steps: [
    { args: ['token', 'create', '-policy=default', '-ttl=1h', '-metadata=a=b', '-display-name=me'], catches: { token: /token\s{2,}(\S+)/, accessor: /token_accessor\s+(\S+)/ } },
    { args: ['token', 'lookup', '$token'] },
    { args: ['token', 'lookup', '-accessor', '$accessor'] },
    { args: ['token', 'lookup', '-format=json', '$token'] },
    { args: ['token', 'renew', '-increment=2h', '$token'] },
    { args: ['token', 'renew', '-accessor', '$accessor'] },
    { args: ['token', 'renew', '-fail-if-not-fulfilled', '-increment=9999h', '$token'] },
    { args: ['token', 'capabilities', '$token', 'cubbyhole/a'] },
    { args: ['token', 'capabilities', '-accessor', '$accessor', 'cubbyhole/a'] },
    { args: ['token', 'capabilities', '-format=json', '$token', 'sys/mounts'] },
    { args: ['login', '$token'] },
    { args: ['login', '-token-only', '$token'] },
    { args: ['login', '-no-print', '$token'] },
    { args: ['login', '-no-store', '$token'] },
    { args: ['login', '-format=json', '$token'] },
    { args: ['login', '-'], stdin: 'nothing\n' },
    { args: ['token', 'lookup'], environment: { VAULT_TOKEN: '' } },
    { args: ['token', 'revoke', '$token'] },
    { args: ['token', 'lookup', '$token'] },
    ...calls(
      'token create -type=batch -policy=default -ttl=10m -field=token_policies', 'token create -format=json -policy=default -use-limit=2',
      'token create extra', 'token create -period=1h -orphan -no-default-policy -policy=p', 'token create -explicit-max-ttl=1h -renewable=false',
      'token create -id=mine -policy=root', 'token renew', 'token revoke', 'token revoke -self x', 'token revoke -mode=odd x', 'token revoke -accessor -mode=path x',
      'token revoke -mode=orphan mine', 'token revoke nothing', 'token lookup nothing', 'token lookup a b', 'token capabilities', 'token capabilities secret/a',
      'login wrong', 'login -method=nope', 'login', 'login -no-store -no-print root',
      'auth enable userpass', 'write auth/userpass/users/ann password=secret policies=default', 'login -method=userpass username=ann password=secret',
      'login -method=userpass username=ann password=wrong', 'login -method=userpass password=x', 'login -method=userpass -path=userpass -token-only username=ann password=secret',
      'auth list', 'auth list -detailed', 'auth list -format=json', 'auth tune -default-lease-ttl=1h -description=x userpass', 'auth tune -max-lease-ttl=2h -token-type=batch userpass',
      'auth move auth/userpass auth/people', 'auth disable people', 'auth disable people', 'auth enable', 'auth enable userpass extra', 'auth enable -path=up -description=d -default-lease-ttl=5m approle',
      'auth enable nonsense', 'print token', 'lease lookup', 'lease lookup nothing', 'lease renew nothing', 'lease revoke nothing', 'lease revoke -prefix nothing',
      'lease revoke -force nothing', 'lease revoke -force -prefix nothing', 'lease revoke -sync nothing', 'lease revoke -sync -prefix nothing', 'lease renew -increment=1m a b'
    )
  ]
}

const mounts: Scenario = {
  name: 'mounts',
  options: {},
  steps: [
    ...calls(
      'secrets list', 'secrets list -detailed', 'secrets list -format=json', 'secrets list -format=yaml', 'secrets enable -path=k -version=2 -description=mine kv',
      'secrets enable -path=k kv', 'secrets enable nonsense', 'secrets enable', 'secrets tune -default-lease-ttl=1h -max-lease-ttl=2h k',
      'secrets tune -max-lease-ttl=system -description=other -listing-visibility=unauth k', 'secrets tune nothing', 'read -format=json sys/mounts/k/tune',
      'secrets enable -path=o -options=version=1 kv', 'secrets move k kk', 'secrets move nothing more', 'secrets disable kk', 'secrets disable kk', 'secrets disable',
      'secrets enable kv-v2', 'secrets tune -audit-non-hmac-request-keys=a -audit-non-hmac-request-keys=b kv-v2', 'read sys/mounts/kv-v2/tune',
      'policy list', 'policy list -format=json', 'policy read default', 'policy read nothing', 'policy delete nothing', 'policy read root', 'policy write x', 'policy write x missing.hcl', 'policy read'
    ),
    { args: ['policy', 'write', 'Reader', 'reader.hcl'], files: { 'reader.hcl': POLICY } },
    { args: ['policy', 'write', 'other', '-'], stdin: POLICY },
    { args: ['policy', 'write', 'broken', '-'], stdin: 'path "a" {' },
    ...calls(
      'policy read reader', 'policy read -format=json other', 'policy list', 'policy delete reader', 'audit list', 'audit list -format=json',
      'audit enable file file_path=/tmp/vault-mock-audit.log', 'audit enable -path=second -description=d file file_path=/tmp/vault-mock-audit-2.log',
      'audit list', 'audit list -detailed', 'audit list -format=json', 'audit enable file file_path=/tmp/x', 'audit enable', 'audit disable second', 'audit disable file', 'audit disable file'
    )
  ]
}

const operator: Scenario = {
  name: 'operator',
  options: { fixture: 'uninitialized' },
  steps: [
    ...calls('status', 'operator init -status', 'operator init -status -format=json', 'read secret/a', 'operator key-status', 'operator init -key-shares=3 -key-threshold=9', 'operator init extra'),
    { args: ['operator', 'init', '-n', '3', '-t', '2'], catches: { key: /Unseal Key \d: (\S+)/g, root: /Initial Root Token: (\S+)/ } },
    ...calls('operator init', 'operator init -status', 'status', 'operator unseal -reset'),
    { args: ['operator', 'unseal', '$key1'] },
    { args: ['operator', 'unseal', '-format=json', '$key1'] },
    { args: ['operator', 'unseal', 'bm9uc2Vuc2U='] },
    { args: ['operator', 'unseal'] },
    { args: ['operator', 'unseal', '$key2'] },
    ...[['login', '$root'], ['operator', 'key-status'], ['operator', 'key-status', '-format=json'], ['operator', 'rotate'], ['operator', 'rotate', '-format=json'],
      ['operator', 'generate-root'], ['operator', 'generate-root', '-status'], ['operator', 'generate-root', '-decode=abc']].map((args) => ({ args })),
    { args: ['operator', 'generate-root', '-init'], catches: { nonce: /Nonce\s+(\S+)/, otp: /OTP\s+(\S+)/ } },
    ...[['operator', 'generate-root', '-status'], ['operator', 'generate-root', '$key1'], ['operator', 'generate-root', '-nonce=$nonce', '$key1'],
      ['operator', 'generate-root', '-nonce=$nonce', '-format=json', '$key1']].map((args) => ({ args })),
    { args: ['operator', 'generate-root', '-nonce=$nonce', '-'], stdin: '$key2', catches: { encoded: /Encoded Token\s+(\S+)/ } },
    ...[['operator', 'generate-root', '-decode=$encoded', '-otp=$otp'], ['operator', 'generate-root', '-decode=$encoded', '-otp=$otp', '-format=json'],
      ['operator', 'generate-root', '-decode=$encoded', '-otp=short'], ['operator', 'generate-root', '-cancel'], ['operator', 'generate-root', 'a', 'b'],
      ['operator', 'rekey', '-status'], ['operator', 'rekey', '$key1']].map((args) => ({ args })),
    { args: ['operator', 'rekey', '-init', '-n', '2', '-t', '2'], catches: { rekey: /Nonce\s+(\S+)/ } },
    ...[['operator', 'rekey', '-status'], ['operator', 'rekey', '-status', '-format=json'], ['operator', 'rekey', '$key1'], ['operator', 'rekey', '-nonce=$rekey', '$key1']].map((args) => ({ args })),
    { args: ['operator', 'rekey', '-nonce=$rekey', '$key2'], catches: { fresh: /Key \d: (\S+)/g } },
    { args: ['operator', 'rekey', '-init', '-verify', '-n', '1', '-t', '1'], catches: { verified: /Nonce\s+(\S+)/ } },
    { args: ['operator', 'rekey', '-nonce=$verified', '$fresh1'] },
    { args: ['operator', 'rekey', '-nonce=$verified', '$fresh2'], catches: { last: /Key 1: (\S+)/, check: /Verification Nonce\s+(\S+)/ } },
    { args: ['operator', 'rekey', '-verify', '-status'] },
    { args: ['operator', 'rekey', '-verify', '-nonce=$check', '$last'] },
    ...calls('operator rekey -init', 'operator rekey -cancel', 'operator rekey -init -target=odd', 'operator rekey -backup-retrieve', 'operator rekey -backup-delete', 'operator seal', 'status', 'operator step-down', 'operator seal extra')
  ]
}

const raft: Scenario = {
  name: 'raft',
  options: { nodes: 3 },
  steps: [
    ...calls(
      'operator raft list-peers', 'operator raft list-peers -format=json', 'operator raft autopilot get-config',
      'operator raft autopilot get-config -format=json', 'operator raft autopilot set-config -cleanup-dead-servers=true -min-quorum=3 -dead-server-last-contact-threshold=1h',
      'operator raft autopilot get-config', 'operator raft autopilot state', 'operator raft autopilot state -format=json', 'operator raft autopilot set-config extra',
      'operator raft snapshot save a.snap', 'operator raft snapshot save', 'operator raft snapshot restore missing.snap', 'operator raft snapshot restore a.snap',
      'operator raft remove-peer raft_2', 'operator raft remove-peer', 'operator raft remove-peer nobody', 'operator raft list-peers', 'operator raft join http://127.0.0.1:1', 'operator raft join -auto-join-scheme=x y',
      'operator raft', 'operator raft snapshot', 'operator step-down', 'status'
    )
  ]
}

const namespaces: Scenario = {
  name: 'namespaces',
  options: { edition: 'ent' },
  steps: [
    ...calls(
      'namespace list', 'namespace list -format=json', 'namespace create ns1', 'namespace create -custom-metadata=a=b -custom-metadata=c=d /ns2/',
      'namespace create -format=json ns3', 'namespace create -field=path ns4', 'namespace create', 'namespace create a b', 'namespace create sys',
      'namespace create ns1/ns5', 'namespace create -namespace=ns1 child', 'namespace list', 'namespace list -detailed', 'namespace list -format=yaml',
      'namespace list -detailed -format=json', 'namespace list -ns=ns1', 'namespace list extra', 'namespace lookup ns2', 'namespace lookup -format=json ns2/',
      'namespace lookup none', 'namespace lookup', 'namespace patch -custom-metadata=e=f -remove-custom-metadata=a ns2', 'namespace patch none',
      'namespace patch -field=custom_metadata ns2', 'namespace patch', 'secrets list -namespace=ns1', 'auth list -namespace=ns1/', 'policy list -ns=ns1',
      'secrets enable -namespace=ns1 -path=kv -version=2 kv', 'kv put -namespace=ns1 -mount=kv a x=1', 'kv get -namespace=/ns1/ kv/a', 'kv get ns1/kv/a',
      'kv get -mount=ns1/kv a', 'read ns1/kv/data/a', 'kv get kv/a', 'kv get -namespace=none kv/a', 'kv list -namespace=ns1/child kv',
      'operator raft list-peers -namespace=ns1', 'status -namespace=ns1', 'secrets list -namespace=none'
    ),
    { args: ['secrets', 'list'], environment: { VAULT_NAMESPACE: 'ns1' } },
    { args: ['namespace', 'lock', 'ns2/'], catches: { key: /unlock_key\s+(\S+)/ } },
    ...calls('namespace lock ns2', 'namespace lock none', 'namespace lock', 'namespace lock a b', 'secrets list -namespace=ns2', 'namespace unlock a b'),
    { args: ['namespace', 'unlock', '-namespace=ns2', '-unlock-key=wrong'] },
    { args: ['namespace', 'unlock', '-namespace=ns2', '-unlock-key=$key'] },
    ...calls('namespace unlock ns2', 'namespace lock -format=json -namespace=ns2', 'namespace unlock ns2', 'secrets list -namespace=ns2',
      'token create -namespace=ns2 -policy=default -field=policies', 'token create -namespace=ns2 -policy=root', 'namespace delete ns1', 'namespace delete -namespace=ns1 child',
      'namespace delete ns1/', 'namespace delete ns1', 'namespace delete', 'namespace delete a b', 'namespace list')
  ]
}

export const SCENARIOS: readonly Scenario[] = [kv, logical, tokens, mounts, operator, raft, namespaces]
