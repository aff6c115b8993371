import t from 'tap'
import { parseJson } from '../../src/json/index.js'
import { VaultError } from '../../src/refusal/index.js'
import { decodeStruct } from '../../src/go/struct-decoding.js'

const fields = { leader_api_addr: 'string', retry: 'bool', secret_shares: 'int', port: 'uint', pgp_keys: 'strings' } as const
const decode = (text: string): unknown => decodeStruct('JoinRequest', fields, parseJson(text))

t.test('members are taken whatever the case of their keys', async (t) => {
  t.same(decode('{"Leader_API_addr":"x","retry":true,"secret_shares":5,"pgp_keys":["a",null],"other":1}'), { leader_api_addr: 'x', retry: true, secret_shares: 5, pgp_keys: ['a', ''] })
})

t.test('of keys that differ in case the last wins', async (t) => {
  t.same(decode('{"retry":false,"RETRY":true}'), { retry: true })
})

t.test('nulls are absent', async (t) => {
  t.same(decode('{"leader_api_addr":null,"retry":null,"pgp_keys":null}'), {})
  t.same(decode('null'), {})
})

t.test('other types are refused in the words of Go', async (t) => {
  const refused: Record<string, string> = {
    '{"retry":"yes"}': 'string into Go struct field JoinRequest.retry of type bool',
    '{"secret_shares":"five"}': 'string into Go struct field JoinRequest.secret_shares of type int',
    '{"secret_shares":1.5}': 'number 1.5 into Go struct field JoinRequest.secret_shares of type int',
    '{"secret_shares":12345678901234567890}': 'number 12345678901234567890 into Go struct field JoinRequest.secret_shares of type int',
    '{"port":-1}': 'number -1 into Go struct field JoinRequest.port of type uint',
    '{"leader_api_addr":1}': 'number into Go struct field JoinRequest.leader_api_addr of type string',
    '{"leader_api_addr":{}}': 'object into Go struct field JoinRequest.leader_api_addr of type string',
    '{"pgp_keys":"a"}': 'string into Go struct field JoinRequest.pgp_keys of type []string',
    '{"pgp_keys":["a",true]}': 'bool into Go struct field JoinRequest.pgp_keys of type string',
    '[]': 'array into Go value of type http.JoinRequest',
    7: 'number into Go value of type http.JoinRequest'
  }
  for (const [text, message] of Object.entries(refused)) {
    t.throws(() => decode(text), new VaultError('invalid', `failed to parse JSON input: json: cannot unmarshal ${message}`), text)
  }
})
