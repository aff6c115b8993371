// The sockets of one node: its listeners, and that at its cluster address; whom they serve is said later.
import type { Node } from '../cluster/node.js'
import { isLoopback } from '../http/callers.js'
import { openClusterListener, type ClusterListenerOptions } from '../http/cluster-listeners.js'
import { ListenError, openListener, type Listener, type TlsMaterial } from '../http/listeners.js'
import type { Handle } from './listen.js'

/** An address to listen on. */
export interface ListenerPlace {
  readonly host?: string
  /** 0, the default, takes a free one */
  readonly port?: number
  /** plain HTTP without it */
  readonly tls?: TlsMaterial | undefined
}

/** One node's listeners; they serve no node before the world stands, and none after they have lost their own. */
export interface Slot {
  readonly listener: Listener
  /** others of the same node */
  readonly further: readonly Listener[]
  /** at its cluster address; none where that is taken */
  readonly clusterListener: Listener | undefined
  handle: Handle
  /** the same for listeners on loopback */
  guardedHandle: Handle
  clusterHandle: Handle
  /** the node that it serves */
  node: Node | undefined
  unfollow: () => void
}

type Handles = Pick<Slot, 'handle' | 'guardedHandle' | 'clusterHandle' | 'unfollow' | 'node'>

export interface SlotPlaces {
  readonly api: ListenerPlace
  readonly further: readonly ListenerPlace[]
  /** @param port of the first listener */
  readonly cluster: (port: number) => Pick<ClusterListenerOptions, 'host' | 'port' | 'orFree'>
  /** told of a cluster address that is taken */
  readonly notice: (text: string) => void
}

const refuse: Handle = (_request, response) => { response.destroy() }

/** @throws {ListenError} where an API's address is taken; nothing stays open then */
export async function openSlot ({ api, further: others, cluster, notice }: SlotPlaces): Promise<Slot> {
  const handles: Handles = {
    handle: refuse, guardedHandle: refuse, clusterHandle: refuse, unfollow: () => {}, node: undefined
  }
  const listener = await openApi(handles, api)
  const further = await openFurther(handles, others).catch(async (error: unknown) => {
    await listener.close()
    throw error
  })
  const clusterListener = await openCluster(handles, cluster(listener.port), notice)
  return Object.assign(handles, { listener, further, clusterListener })
}

async function openFurther (handles: Handles, places: readonly ListenerPlace[]): Promise<Listener[]> {
  const open: Listener[] = []
  try {
    for (const place of places) open.push(await openApi(handles, place))
    return open
  } catch (error) {
    await Promise.all(open.map((listener) => listener.close()))
    throw error
  }
}

async function openApi (handles: Handles, { host = '127.0.0.1', port = 0, tls }: ListenerPlace): Promise<Listener> {
  const handle: Handle = isLoopback(host)
    ? (request, response) => { handles.guardedHandle(request, response) }
    : (request, response) => { handles.handle(request, response) }
  return await openListener({ host, port, ...(tls !== undefined && { tls }), handle })
}

/** Who needs no other cluster can do without. */
async function openCluster (
  handles: Handles, where: ReturnType<SlotPlaces['cluster']>, notice: SlotPlaces['notice']
): Promise<Listener | undefined> {
  const handle: Handle = (request, response) => { handles.clusterHandle(request, response) }
  try {
    return await openClusterListener({ ...where, storage: () => handles.node?.cluster.storage, handle })
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    notice(`${error.address}:${error.port} is already in use: other clusters cannot reach this node.`)
    return undefined
  }
}
