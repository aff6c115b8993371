// Patterns with stars, against what regular expressions say.
import fc from 'fast-check'
import t from 'tap'
import { isLike } from '../../src/go/glob.js'

t.test('a star stands for any text, also for none', (t) => {
  for (const [pattern, text, is] of [
    ['*', '', true], ['a*', 'a', true], ['*@x', 'ann@x', true], ['a*a', 'a', false], ['ab', 'abc', false], ['', '', true]
  ] as const) t.equal(isLike(pattern, text), is, `${pattern} ${text}`)
  t.end()
})

t.test('it is the regular expression with .* for each star', (t) => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 })
  fc.assert(fc.property(word, text, (pattern, text) =>
    isLike(pattern, text) === new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text)))
  t.end()
})
