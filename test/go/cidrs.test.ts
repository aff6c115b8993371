import t from 'tap'
import { isWithin } from '../../src/go/cidrs.js'

t.test('without networks there is no restriction', async (t) => {
  t.ok(isWithin('10.0.0.1', []))
  t.ok(isWithin(undefined, []))
  t.notOk(isWithin(undefined, ['10.0.0.0/8']))
})

t.test('IPv4, also mapped to IPv6', async (t) => {
  t.ok(isWithin('10.1.2.3', ['192.168.0.0/16', '10.0.0.0/8']))
  t.notOk(isWithin('11.1.2.3', ['10.0.0.0/8']))
  t.ok(isWithin('::ffff:127.0.0.1', ['127.0.0.1']))
  t.ok(isWithin('1.2.3.4', ['0.0.0.0/0']))
})

t.test('IPv6', async (t) => {
  t.ok(isWithin('fd00::1:2', ['fd00::/8']))
  t.ok(isWithin('::1', ['0:0:0:0:0:0:0:1/128']))
  t.notOk(isWithin('fe80::1%eth0', ['fd00::/8']))
  t.notOk(isWithin('::1', ['nonsense', '127.0.0.1/32']))
})

t.test('what cannot be read holds nothing, and every network of the list counts', async (t) => {
  t.notOk(isWithin('10.0.0.1', ['10.0.0.0/33', '10.0.0.0/x', '10.0.0/8', '']))
  t.ok(isWithin('10.0.0.1', ['10.0.0.0/33', '10.0.0.0/8']))
  t.ok(isWithin('fd00::1%eth0', ['fd00::/8']))
  t.notOk(isWithin('nobody', ['0.0.0.0/0', '::/0']))
})
