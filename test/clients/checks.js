// Assertions of the client scripts: one line for each, a closing count, no library.
import { isDeepStrictEqual } from 'node:util'

let passed = 0
let failed = 0

/** @param {unknown} [detail] what was seen instead */
export function ok (condition, name, detail) {
  if (condition) passed++
  else failed++
  console.log(`${condition ? 'ok' : 'not ok'} ${name}${condition || detail === undefined ? '' : `: ${shown(detail)}`}`)
}

export function equal (got, wanted, name) {
  ok(isDeepStrictEqual(got, wanted), name, { got, wanted })
}

/** That a promise rejects; gives back the error. */
export async function rejects (promise, name) {
  const error = await promise.then(() => undefined, (error) => error)
  ok(error !== undefined, name, 'it resolved')
  return error ?? {}
}

function shown (value) {
  return JSON.stringify(value)?.slice(0, 400) ?? String(value)
}

/** Runs a script's steps and closes with the count that the runner looks for; a step that throws counts as failed. */
export async function run (...steps) {
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      ok(false, `${step.name} runs to its end`, error.stack ?? error)
    }
  }
  console.log(`# ${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

/** Asks again until a condition holds, for at most ten seconds of a server whose time is `auto` or live. */
export async function until (condition, name) {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return ok(true, name)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  ok(false, name, 'it never became true')
}

/** One JSON request for setting the stage. */
export async function call (url, path, { method = 'GET', token, body } = {}) {
  const headers = token === undefined ? {} : { 'X-Vault-Token': token }
  const response = await fetch(`${url}/v1/${path}`, { method, headers, body: body && JSON.stringify(body) })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type')) && text !== ''
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

/** Initialises node 0 with one key and unseals it; gives back token and key. */
export async function initialize (url) {
  const { json } = await call(url, 'sys/init', { method: 'PUT', body: { secret_shares: 1, secret_threshold: 1 } })
  const key = json.keys_base64[0]
  await call(url, 'sys/unseal', { method: 'PUT', body: { key } })
  return { token: json.root_token, key }
}

export async function isActive (url) {
  return (await call(url, 'sys/health')).status === 200
}
