// Templates as Go reads them: pipes, functions, fields, and what is wrong with others.
import t from 'tap'
import { executeTemplate } from '../../src/go/text-template.js'

const scope = {
  fields: { Name: 'ann' },
  functions: {
    upper: (text: string | number = '') => String(text).toUpperCase(),
    join: (...parts: readonly (string | number)[]) => parts.join('+')
  }
}
const execute = (template: string): string => executeTemplate(template, scope)

t.test('values, fields and functions', (t) => {
  t.equal(execute('no action'), 'no action')
  t.equal(execute('<{{.Name}}> {{ `raw` }} {{ 5 }}'), '<ann> raw 5')
  t.equal(execute('{{ .Name | upper | join "a" 1 }}'), 'a+1+ANN')
  t.equal(execute('{{ printf "%s-%s%%" (.Name | upper) (join 1 2) }}'), 'ANN-1+2%')
  t.end()
})

t.test('mistakes have Go\'s words', (t) => {
  const mistakes: [string, RegExp][] = [
    ['{{.Nope', /^template: template:1: unclosed action$/],
    ['{{ nope }}', /^template: template:1: function "nope" not defined$/],
    ['{{ .Nope }}', /can't evaluate field Nope/],
    ['{{ (.Name }}', /unclosed left paren/],
    ['{{ }}', /missing value for command/],
    ['{{ ? }}', /unexpected "\?" in operand/]
  ]
  for (const [template, message] of mistakes) t.throws(() => execute(template), { message }, template)
  t.end()
})
