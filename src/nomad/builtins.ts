// What every region has from its first moment on: the namespace and the node pools that nobody made.

export interface Builtin {
  readonly name: string
  readonly description: string
  /** BLAKE2b of name and description, base64, as Nomad has it */
  readonly hash: string
}

/** The entry that they are of: state stores are born with them. */
export const BUILTIN_INDEX = 1

export const NAMESPACES: readonly Builtin[] = [
  { name: 'default', description: 'Default shared namespace', hash: 'C7UbjDwBK0dK8wQq7Izg7SJIzaV+lIo2X7wRtzY3pSw=' }
]

export const NODE_POOLS: readonly Builtin[] = [
  {
    name: 'all',
    description: 'Node pool with all nodes in the cluster.',
    hash: '/Opcuh05q6k/Fw8EI2aQ0KPRTFdg3aoyYAN/S8j3zQs='
  },
  { name: 'default', description: 'Default node pool.', hash: '1p+jFfp3haqbwVVuM08dPN7SSFotTl6pl71/S6BXmIg=' }
]
