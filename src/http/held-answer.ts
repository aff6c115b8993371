// Holds back what the app answers until all of it is there, so that it can be changed.
import type { ServerResponse } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | string[]>>
  readonly body: Buffer
}

type Loose = (...args: unknown[]) => unknown
type Writers = Record<'writeHead' | 'write' | 'end' | 'flushHeaders', Loose>

/** Collects the answer; `release` gets it, with the response as it was before. */
export function holdAnswer (response: ServerResponse, release: (answer: Answer) => void): void {
  const writers = response as unknown as Writers
  const { writeHead, write, end, flushHeaders } = writers
  const chunks: Uint8Array[] = []
  let status: number | undefined
  let headers: Answer['headers'] = {}
  const collect = (chunk: unknown): void => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk))
    else if (chunk instanceof Uint8Array) chunks.push(chunk)
  }
  writers.flushHeaders = () => undefined
  writers.writeHead = (code, ...rest) => {
    status = code as number
    headers = (rest.at(-1) ?? {}) as Answer['headers']
    return response
  }
  writers.write = (chunk, ...rest) => {
    collect(chunk)
    const written = rest.at(-1)
    if (typeof written === 'function') written()
    return true
  }
  writers.end = (chunk) => {
    collect(chunk)
    Object.assign(writers, { writeHead, write, end, flushHeaders })
    release({ status: status ?? response.statusCode, headers, body: Buffer.concat(chunks) })
    return response
  }
}
