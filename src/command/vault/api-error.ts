// A refusal of the server in the words of Vault's own client.
import { isObject, parseJson, type JsonValue } from '../../json/index.js'
import type { Answer } from './transport.js'

/** `Error making API request.`, then the URL, the status and what the server said. */
export class ApiError extends Error {
  readonly status: number
  readonly body: string

  constructor (method: string, answer: Answer) {
    const body = answer.bytes.toString()
    super(wordsOf(method, answer, body))
    this.status = answer.status
    this.body = body
  }
}

function wordsOf (method: string, { url, status, headers }: Answer, body: string): string {
  const errors = errorsIn(body)
  const namespace = headers['x-vault-namespace']
  const where = namespace === undefined || namespace === '' || namespace === 'root/' ? '' : `Namespace: ${String(namespace)}\n`
  const head = `Error making API request.\n\n${where}URL: ${method} ${url.href}\nCode: ${status}.`
  return errors === undefined ? `${head} Raw Message:\n\n${body}` : `${head} Errors:\n\n${errors.map((error) => `* ${error}`).join('')}`
}

/** Undefined for what is no JSON object: it is shown as it came. */
function errorsIn (body: string): readonly string[] | undefined {
  let read: JsonValue
  try {
    read = parseJson(body)
  } catch { return undefined }
  if (!isObject(read)) return undefined
  return Array.isArray(read['errors']) ? read['errors'].map((error: JsonValue) => String(error)) : []
}
