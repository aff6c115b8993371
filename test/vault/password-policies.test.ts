import t from 'tap'
import fc from 'fast-check'
import { Random } from '../../src/sim/random.js'
import { generatePassword } from '../../src/vault/policies/password-policies.js'

t.test('a password has its length and its share of each charset', async () => {
  const minimum = fc.integer({ min: 0, max: 5 })
  fc.assert(fc.property(minimum, minimum, fc.nat(10), fc.nat(), (letters, digits, more, seed) => {
    const length = Math.max(letters + digits + more, 1)
    const rule = (charset: string, count: number): string => {
      return `rule "charset" { charset = "${charset}"\nmin-chars = ${count} }`
    }
    const text = `length = ${length}\n${rule('abc', letters)}\n${rule('123', digits)}`
    const password = generatePassword(text, new Random(seed).stream('test'))
    const count = (expression: RegExp): number => password.match(expression)?.length ?? 0
    return password.length === length && count(/[abc]/g) >= letters && count(/[123]/g) >= digits && count(/[^abc123]/g) === 0
  }))
})
