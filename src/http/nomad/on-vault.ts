// Nomad's documented paths on a Vault node, so that one server has all documented routes: where its world has a Nomad
// region and its profile says so. Everywhere else they are paths like any other.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { addresseeOf } from '../addressee.js'
import { handleLogical } from '../logical.js'
import { leaveUnlabelled } from './nomad-answer.js'
import { handleNomad } from './handle.js'
import { operatorRaft } from './routes.js'

export const nomadOnVaultPlugin: FastifyPluginCallback = (scope, _options, done) => {
  leaveUnlabelled(scope)
  scope.route({ method: scope.supportedMethods, url: '/v1/operator/raft/*', handler: answerOnVault })
  done()
}

async function answerOnVault (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { world: { nomad: region }, node: { cluster: { profile } } } = addresseeOf(request)
  const server = region?.servers[0]
  if (region === undefined || server === undefined || !profile.nomadBeside) return await handleLogical(request, reply)
  return await handleNomad(request, reply, { region, server }, operatorRaft)
}
