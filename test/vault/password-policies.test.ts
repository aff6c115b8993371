import t from 'tap'
import fc from 'fast-check'
import { Random } from '../../src/sim/random.js'
import { generatePassword } from '../../src/vault/policies/password-policies.js'

t.test('a password has its length and its share of each charset', async () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.nat(10), fc.nat(), (letters, digits, more, seed) => {
    const length = Math.max(letters + digits + more, 1)
    const text = `length = ${length}\nrule "charset" { charset = "abc"\nmin-chars = ${letters} }\nrule "charset" { charset = "123"\nmin-chars = ${digits} }`
    const password = generatePassword(text, new Random(seed).stream('test'))
    const count = (expression: RegExp): number => password.match(expression)?.length ?? 0
    return password.length === length && count(/[abc]/g) >= letters && count(/[123]/g) >= digits && count(/[^abc123]/g) === 0
  }))
})
