// The text of go-discover: what is taken, what is refused and in which words.
import t from 'tap'
import { parseDiscoverConfig, printDiscoverConfig } from '../../src/go/discover-config.js'

const TAKEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {},
  '  ': {},
  'provider=aws': { provider: 'aws' },
  'provider = aws  tag_key = x ': { provider: 'aws', tag_key: 'x' },
  '  foo  =  "b a r"  ': { foo: 'b a r' },
  '"key with space"="a \\"quoted\\" \\\\ value"': { 'key with space': 'a "quoted" \\ value' },
  'provider=k8s label_selector="app = vault"': { provider: 'k8s', label_selector: 'app = vault' },
  'a="\\x41\\u00e4\\101\\n"': { a: 'AäA\n' },
  'a=""': { a: '' }
}
for (const [text, config] of Object.entries(TAKEN)) {
  t.test(`taken: ${JSON.stringify(text)}`, async (t) => {
    t.same(Object.fromEntries(parseDiscoverConfig(text)), config)
  })
}

/** The words are those of the library, run with these texts. */
const REFUSED: Readonly<Record<string, string>> = {
  blah: "blah: missing '='",
  'blah x=y': "blah: missing '='",
  'a=': 'a: missing value',
  'a=b a=c': 'a: duplicate key',
  'a=b=c': 'a: - equals in key\'s value, enclosing double-quote needed a="value-with-=-symbol"',
  'a="b': 'a: unbalanced quotes',
  'a="b\\': 'a: unterminated escape sequence',
  'a="\\q"': 'a: invalid syntax',
  '="a"': ': - equals in key\'s value, enclosing double-quote needed ="value-with-=-symbol"'
}
for (const [text, problem] of Object.entries(REFUSED)) {
  t.test(`refused: ${text}`, async (t) => {
    t.throws(() => parseDiscoverConfig(text), { message: problem })
  })
}

t.test('printed with the provider first, and read again the same', async (t) => {
  const config = parseDiscoverConfig('b="x y" a=1 provider=gce')
  t.equal(printDiscoverConfig(config), 'provider=gce a=1 b="x y"')
  t.same(parseDiscoverConfig(printDiscoverConfig(config)), config)
})
