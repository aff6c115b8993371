// auth/userpass/login/<name>.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { logIn } from '../../vault/tokens/login.js'
import { InvalidCredentials, withLockout } from '../user-lockout.js'
import { hashPassword, password, username, usernameIn } from './names-and-passwords.js'
import { storedUsers } from './stored-users.js'

const fields = Type.Object({ username, password })

export const loginPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/auth/userpass#login',
  path: 'login/:username',
  summary: 'Logs in.',
  fields,
  unauthenticated: true,
  operations: { update: login }
})

/** @see recorded: `userpass login` and its refusals */
function login (call: Call<Static<typeof fields>>): LogicalResponse {
  const given = call.fields.password ?? ''
  if (given === '') throw failure('missing password')
  const name = usernameIn(call)
  return withLockout(call, name, () => {
    const user = storedUsers(call).get(name)
    if (user === undefined || user.passwordHash !== hashPassword(given)) {
      throw new InvalidCredentials('invalid username or password')
    }
    const metadata = goMap({ username: name })
    return logIn(call, { aliasName: name, displayName: name, metadata, parameters: user.parameters })
  })
}
