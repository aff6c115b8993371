// Go's text/template as names of users are told in it: text with `{{ … }}`, in which functions are piped.
//
// Literals, fields, functions and parentheses are there; no variables, conditions or loops.
import { GoError } from './values.js'

/** A function of a template; what is piped into it comes last. */
export type TemplateFunction = (...args: readonly (string | number)[]) => string

export interface TemplateScope {
  /** by their names without the dot */
  readonly fields: Readonly<Record<string, string>>
  readonly functions: Readonly<Record<string, TemplateFunction>>
}

type Value = string | number
type Token = { readonly kind: 'word' | 'field' | 'mark', readonly text: string } | { readonly kind: 'value', readonly value: Value }

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|`([^`]*)`|(-?\d+)|\.([A-Za-z_]\w*)|([A-Za-z_]\w*)|([|()]))/y

/**
 * What a template becomes.
 *
 * @throws {GoError} in Go's words: `template: template:1: unclosed action`
 */
export function executeTemplate (template: string, scope: TemplateScope): string {
  const parts = template.split('{{')
  const [before = '', ...actions] = parts
  return before + actions.map((part) => {
    const end = part.indexOf('}}')
    if (end < 0) throw new GoError('template: template:1: unclosed action')
    return String(new Action(tokensOf(part.slice(0, end)), scope).run()) + part.slice(end + 2)
  }).join('')
}

function tokensOf (action: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  const text = action.trimEnd()
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null) {
      const [odd = ''] = text.slice(at).trim()
      throw new GoError(`template: template:1: unexpected ${JSON.stringify(odd)} in operand`)
    }
    tokens.push(tokenOf(found))
  }
  return tokens
}

function tokenOf ([, quoted, raw, number, field, word, mark]: RegExpExecArray): Token {
  if (quoted !== undefined) return { kind: 'value', value: unquoted(quoted) }
  if (raw !== undefined) return { kind: 'value', value: raw }
  if (number !== undefined) return { kind: 'value', value: Number(number) }
  if (field !== undefined) return { kind: 'field', text: field }
  return word !== undefined ? { kind: 'word', text: word } : { kind: 'mark', text: mark ?? '' }
}

function unquoted (text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    throw new GoError(`template: template:1: invalid syntax in ${text}`)
  }
}

/** What stands between one pair of braces. */
class Action {
  readonly #tokens: readonly Token[]
  readonly #scope: TemplateScope
  #at = 0

  constructor (tokens: readonly Token[], scope: TemplateScope) {
    this.#tokens = tokens
    this.#scope = scope
  }

  run (): Value {
    if (this.#tokens.length === 0) throw new GoError('template: template:1: missing value for command')
    const value = this.#pipeline()
    if (this.#at < this.#tokens.length) throw new GoError('template: template:1: unexpected right paren')
    return value
  }

  #pipeline (): Value {
    let value = this.#command()
    while (this.#isMark('|')) {
      this.#at++
      value = this.#command(value)
    }
    return value
  }

  /** A function with its arguments, or a value. */
  #command (piped?: Value): Value {
    const first = this.#tokens[this.#at]
    if (first?.kind !== 'word') {
      const value = this.#operand()
      if (piped !== undefined) throw new GoError('template: template:1: can\'t give argument to non-function')
      return value
    }
    this.#at++
    const args: Value[] = []
    while (this.#at < this.#tokens.length && !this.#isMark('|') && !this.#isMark(')')) args.push(this.#operand())
    if (piped !== undefined) args.push(piped)
    return this.#call(first.text, args)
  }

  #call (name: string, args: readonly Value[]): string {
    const known = { printf, ...this.#scope.functions }
    const called = Object.hasOwn(known, name) ? Reflect.get(known, name) as TemplateFunction : undefined
    if (called === undefined) throw new GoError(`template: template:1: function ${JSON.stringify(name)} not defined`)
    return called(...args)
  }

  #operand (): Value {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw new GoError('template: template:1: missing value for command')
    if (token.kind === 'value') return token.value
    if (token.kind === 'word') return this.#call(token.text, [])
    if (token.kind === 'field') return this.#field(token.text)
    if (token.text !== '(') throw new GoError(`template: template:1: unexpected ${JSON.stringify(token.text)} in operand`)
    const value = this.#pipeline()
    if (!this.#isMark(')')) throw new GoError('template: template:1: unclosed left paren')
    this.#at++
    return value
  }

  #field (name: string): string {
    const { fields } = this.#scope
    if (Object.hasOwn(fields, name)) return fields[name] ?? ''
    throw new GoError(`template: template:1: executing "template" at <.${name}>: can't evaluate field ${name}`)
  }

  #isMark (mark: string): boolean {
    const token = this.#tokens[this.#at]
    return token?.kind === 'mark' && token.text === mark
  }
}

/** With `%s`, `%d` and `%v`. */
const printf: TemplateFunction = (format = '', ...args) => {
  let next = 0
  return String(format).replace(/%[sdv%]/g, (verb) => verb === '%%' ? '%' : String(args[next++] ?? `%!${verb[1]}(MISSING)`))
}
