// /_mock/provenance: how far answers can be trusted.
import { Type } from '@sinclair/typebox'
import { ControlProblem, unknown } from '../../control/problem.js'
import { addresseeOf } from '../addressee.js'
import { isAt, operationsOf, takes } from '../provenance/asked.js'
import { answers, controlPlugin } from './control-plugin.js'
import { closed, listOf, oneOf } from './views.js'

const Query = Type.Object({
  path: Type.Optional(Type.String({ description: 'with or without /v1/, as a client asks or as the list has it' })),
  method: Type.Optional(Type.String({ description: 'PUT is POST' })),
  profile: Type.Optional(Type.String({ description: 'by default that of the node; Nomad has nomad-documented, nomad-2.0' }))
})
const ProvenanceView = closed({
  path: Type.String(),
  method: Type.String(),
  profile: Type.String(),
  origin: oneOf('recorded', 'documented', 'inferred'),
  source: Type.String({ description: 'an exchange of a recording, a page, or what it was concluded from' }),
  answers: Type.Integer({ description: 'recorded answers without an error' }),
  refusals: Type.Integer({ description: 'recorded refusals' }),
  recordedWith: Type.Optional(listOf(Type.String({ description: 'another profile that has recordings of it' })))
})

export const provenancePlugin = controlPlugin((app) => {
  app.get('/_mock/provenance', {
    schema: {
      summary: 'Where answers are known from: recorded, documented or inferred; of one path, or of all',
      querystring: Query,
      response: answers(closed({ operations: listOf(ProvenanceView) }))
    }
  }, async (request) => {
    const { path, method, profile } = request.query
    const addressee = addresseeOf(request)
    const { localOperations } = await app.apps.vault()
    const there = await operationsOf(addressee, localOperations, profile)
    const found = path === undefined ? there : there.filter(await isAt(addressee, path))
    if (found.length === 0) {
      throw new ControlProblem('unknown', `nothing answers "${path}": ask without path for the whole list`)
    }
    const wanted = found.filter((each) => method === undefined || takes(each, method))
    if (wanted.length === 0) throw unknown('method', String(method), new Set(found.map(({ operation }) => operation.method)))
    return { operations: wanted.map(({ provenance }) => provenance) }
  })
})
