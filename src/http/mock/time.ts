// /_mock/time: frozen, set, moved on, skipped.
import { Type } from '@sinclair/typebox'
import { CONDITIONS } from '../../control/conditions.js'
import { controlsFor, type ControlApp } from './app.js'

const Mode = Type.Union([Type.Literal('live'), Type.Literal('auto'), Type.Literal('manual')], { description: 'live, auto, manual' })

const Until = Type.Object({
  condition: Type.Union(CONDITIONS.map((name) => Type.Literal(name)), { description: CONDITIONS.join(', ') }),
  cluster: Type.Optional(Type.String({ description: 'label; by default the first' })),
  count: Type.Optional(Type.Integer({ minimum: 1, description: 'of voters' })),
  token: Type.Optional(Type.String({ description: 'of token-expired: a token or its accessor' })),
  name: Type.Optional(Type.String({ description: 'of snapshot-taken: an automated snapshot' })),
  limitMs: Type.Optional(Type.Number({ minimum: 0, description: 'how far at most' }))
}, { additionalProperties: false })

export function timeRoutes (app: ControlApp): void {
  app.get('/_mock/time', { schema: { summary: 'The world\'s time, its mode, and what is to come' } }, (request) => controlsFor(request).time.status())

  app.put('/_mock/time', {
    schema: { summary: 'Sets the mode, the scale, or the time itself, which never goes back', body: Type.Object({ mode: Type.Optional(Mode), scale: Type.Optional(Type.Number({ exclusiveMinimum: 0 })), nowMs: Type.Optional(Type.Number()) }, { additionalProperties: false }) }
  }, (request) => {
    const { time } = controlsFor(request)
    const { mode, scale, nowMs } = request.body
    if (mode !== undefined || scale !== undefined) time.setMode(mode ?? time.status().mode, { scale })
    if (nowMs !== undefined) time.set(nowMs)
    return time.status()
  })

  app.post('/_mock/time/freeze', { schema: { summary: 'From now on time moves only when told' } }, (request) => {
    const { time } = controlsFor(request)
    time.freeze()
    return time.status()
  })

  app.post('/_mock/time/advance', { schema: { summary: 'Moves on; all that is due on the way happens', body: Type.Object({ ms: Type.Number({ minimum: 0 }) }, { additionalProperties: false }) } }, (request) => {
    const { time } = controlsFor(request)
    time.advance(request.body.ms)
    return time.status()
  })

  app.post('/_mock/time/skip-until', { schema: { summary: 'Moves on until a condition holds', body: Until } }, (request) => {
    const { time } = controlsFor(request)
    const { limitMs, ...condition } = request.body
    time.skipUntil(condition, { limitMs })
    return time.status()
  })
}
