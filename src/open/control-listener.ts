// The controls' own address: it answers whatever becomes of the nodes.
import type { FastifyInstance } from 'fastify'
import type { Controls } from '../control/controls.js'
import { controlEntranceOf } from '../http/entrance.js'
import type { Access } from '../http/callers.js'
import { openListener, type Listener, type TlsMaterial } from '../http/listeners.js'
import type { Handle } from './listen.js'

export interface WhereControlsListen extends Access {
  /** 127.0.0.1 by default, wherever the nodes listen: nobody else is to steer unasked */
  readonly host?: string
  /** 0, the default, takes a free one */
  readonly port?: number
  readonly tls?: TlsMaterial | undefined
}

/** Serves nothing before the world stands. */
export class ControlListener {
  readonly #app: FastifyInstance
  readonly #access: Access
  #listener: Listener | undefined
  #handle: Handle = (_request, response) => { response.destroy() }

  constructor (app: FastifyInstance, access: Access) {
    this.#app = app
    this.#access = access
  }

  /** `http://127.0.0.1:41234`; undefined where it does not listen */
  get url (): string | undefined { return this.#listener?.url }

  /** @throws {ListenError} where the address is taken */
  async open ({ host = '127.0.0.1', port = 0, tls }: WhereControlsListen): Promise<void> {
    const handle: Handle = (request, response) => { this.#handle(request, response) }
    this.#listener = await openListener({ host, port, tls, handle })
  }

  serve (controls: Controls): void {
    const { allowedHosts, controlToken } = this.#access
    const { world } = controls
    this.#handle = controlEntranceOf(this.#app, () => {
      const [node] = world.nodes
      return node && { world, node, controls, access: { allowedHosts, controlToken } }
    })
  }

  /** Lets requests in flight have their answers, for so long, and closes. */
  async finish (withinMs: number): Promise<void> {
    await this.#listener?.finish(withinMs)
  }
}
