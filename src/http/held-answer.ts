// Holds back what the app answers until all of it is there, so that it can be changed.
import type { ServerResponse } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | string[]>>
  readonly body: Buffer
}

/** Collects the answer; `release` gets it, with the response as it was before. */
export function holdAnswer (response: ServerResponse, release: (answer: Answer) => void): void {
  const { writeHead, write, end, flushHeaders } = response
  const chunks: Uint8Array[] = []
  let status = response.statusCode
  let headers: Answer['headers'] = {}
  const collect = (chunk: unknown): void => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk))
    else if (chunk instanceof Uint8Array) chunks.push(chunk)
  }
  Object.assign(response, {
    flushHeaders: () => undefined,
    writeHead (code: number, given?: Answer['headers']) {
      status = code
      // streams have theirs set one by one before
      headers = given ?? setBefore(response)
      return response
    },
    write (chunk: unknown, ...rest: unknown[]) {
      collect(chunk)
      const written = rest.at(-1)
      if (typeof written === 'function') written()
      return true
    },
    end (chunk: unknown) {
      collect(chunk)
      Object.assign(response, { writeHead, write, end, flushHeaders })
      release({ status, headers, body: Buffer.concat(chunks) })
      return response
    }
  })
}

function setBefore (response: ServerResponse): Answer['headers'] {
  const before: Record<string, string | number | string[]> = {}
  for (const [name, value] of Object.entries(response.getHeaders())) if (value !== undefined) before[name] = value
  return before
}
