// `vault-mock healthcheck`: whether the server that these options would start is up; for images without curl.
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import type { Options } from './options/index.js'

// a sealed or standby node is what somebody's test asked for, not an ill server
const EVERY_ROLE_IS_UP = 'standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200' +
  '&removedcode=200&haunhealthycode=200'
const PATIENCE_MS = 2000

/**
 * Asks `sys/health` of node 0.
 *
 * @returns undefined if the server is up, else what is wrong, in one line
 */
export function healthcheck (options: Options): Promise<string | undefined> {
  const url = `${baseUrl(options)}/v1/sys/health?${EVERY_ROLE_IS_UP}`
  return new Promise((resolve) => {
    const get = options.tls ? getHttps : getHttp
    const asked = { timeout: PATIENCE_MS, agent: false, ...(options.tls && { rejectUnauthorized: false }) }
    const request = get(url, asked, (response) => {
      response.resume()
      resolve(response.statusCode === 200 ? undefined : `${url} answered ${response.statusCode}`)
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)))
    request.on('error', (error) => resolve(`${url}: ${error.message}`))
  })
}

/** Where a client on this machine reaches the server: a wildcard address is not one to call. */
function baseUrl ({ listen: { host, port }, tls }: Options): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${tls ? 'https' : 'http'}://${reached.includes(':') ? `[${reached}]` : reached}:${port}`
}
