// /_mock/time: frozen, set, moved on, skipped.
import { Type } from '@sinclair/typebox'
import { CONDITIONS } from '../../control/conditions.js'
import { HIGHEST_SCALE, LATEST_AT_MS } from '../../sim/timeline.js'
import { answers, controlPlugin, controlsFor } from './control-plugin.js'
import { closed, oneOf, TimeView } from './views.js'

const Setting = closed({
  mode: Type.Optional(oneOf('live', 'auto', 'manual')),
  scale: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: HIGHEST_SCALE })),
  nowMs: Type.Optional(Type.Number({ maximum: LATEST_AT_MS }))
})

const Advance = closed({ ms: Type.Number({ minimum: 0, maximum: LATEST_AT_MS }) })

const Until = closed({
  condition: oneOf(...CONDITIONS),
  cluster: Type.Optional(Type.String({ description: 'label; by default the first' })),
  count: Type.Optional(Type.Integer({ minimum: 1, description: 'of voters' })),
  token: Type.Optional(Type.String({ description: 'of token-expired: a token or its accessor' })),
  name: Type.Optional(Type.String({ description: 'of snapshot-taken: an automated snapshot' })),
  limitMs: Type.Optional(Type.Number({ minimum: 0, maximum: LATEST_AT_MS, description: 'how far at most' }))
})

export const timePlugin = controlPlugin((app) => {
  const response = answers(TimeView)

  app.get('/_mock/time', {
    schema: { summary: 'The world\'s time, its mode, and what is to come', response }
  }, (request) => controlsFor(request).time.status())

  app.put('/_mock/time', {
    schema: { summary: 'Sets the mode, the scale, or the time itself, which never goes back', body: Setting, response }
  }, async (request) => {
    const { time } = controlsFor(request)
    const { mode, scale, nowMs } = request.body
    if (mode !== undefined || scale !== undefined) time.setMode(mode ?? time.status().mode, { scale })
    return nowMs === undefined ? time.status() : await time.setInTurns(nowMs)
  })

  app.post('/_mock/time/freeze', {
    schema: { summary: 'From now on time moves only when told', response }
  }, (request) => {
    const { time } = controlsFor(request)
    time.freeze()
    return time.status()
  })

  app.post('/_mock/time/advance', {
    schema: { summary: 'Moves on; all that is due on the way happens', body: Advance, response }
  }, async (request) => {
    return await controlsFor(request).time.advanceInTurns(request.body.ms)
  })

  app.post('/_mock/time/skip-until', {
    schema: { summary: 'Moves on until a condition holds', body: Until, response }
  }, async (request) => {
    const { limitMs, ...condition } = request.body
    return await controlsFor(request).time.skipUntilInTurns(condition, { limitMs })
  })
})
