// Headers that the server reads, with values that it does not expect.
import type { Dice } from '../dice.js'

const VALUES: Readonly<Record<string, readonly string[]>> = {
  'X-Vault-Wrap-TTL': ['1h', '2540400h', '99999999h', '-1', '0', '1e9', 'x', '9223372036854775807', '5m'],
  'X-Vault-Namespace': ['root', 'a/b', '/', '..', '%', '\xff'],
  'X-Vault-Index': ['AAAA', '{}', 'eyJ9', '!!!!'],
  'X-Vault-Inconsistent': ['forward-active-node', 'fail', 'x'],
  'X-Vault-Policy-Override': ['true', 'x'],
  'X-Vault-No-Request-Forwarding': ['true', '1'],
  'X-Vault-MFA': ['a', 'a:b:c'],
  'X-Vault-AWS-IAM-Server-ID': ['x'],
  'Content-Type': ['json', 'text', 'a/b/c', 'application/json charset=utf-8', 'text/plain', '', 'application/x-www-form-urlencoded',
    'application/json; charset=utf-16', 'multipart/form-data; boundary=x', 'application/merge-patch+json', '/', ';', 'application/json;;'],
  'Content-Encoding': ['gzip', 'identity', 'x'],
  Accept: ['text/plain', '*/*', 'application/json;q=', ''],
  'Accept-Encoding': ['gzip', 'br;q=1', '*'],
  Authorization: ['Bearer root', 'Basic !!!!', 'Bearer', 'bearer  root'],
  Cookie: ['a=b', '\xff'],
  Expect: ['100-continue', 'x'],
  'If-Modified-Since': ['Sat, 21 Nov 2026 00:00:00 GMT', 'x'],
  Origin: ['null', 'http://evil.example', 'http://['],
  'X-Forwarded-For': ['1.2.3.4', 'a,b,,', '::1'],
  'X-Requested-With': ['x'],
  Host: ['[', '', 'a b', 'localhost:99999', '127.0.0.1:http', 'user@localhost', '\xff'],
  Connection: ['close', 'keep-alive, x', 'Upgrade'],
  Upgrade: ['h2c', 'websocket'],
  'X-HTTP-Method-Override': ['DELETE', 'LIST'],
  'X-Vault-Mock-Secondary': ['%', '{}', 'bnVsbA==', '\xff'],
  'X-Vault-Mock-World': ['x', '..', '__proto__'],
  'X-Vault-Mock-Prefer': ['status=473', 'status=99999', 'status=200; error=a', 'latency=1', 'latency=3000000000', 'truncate=3', 'sealed', '=', ';;;', 'status=1e9', 'toString']
}

/** A header of those, now and then one more of them. */
export function hostileHeaders (dice: Dice): Array<[string, string]> {
  if (dice.chance(0.6)) return []
  return [...dice.several(1, () => hostileHeader(dice)), hostileHeader(dice)]
}

function hostileHeader (dice: Dice): [string, string] {
  const [name, values] = dice.pick(Object.entries(VALUES))
  return [name, dice.pick(values)]
}
