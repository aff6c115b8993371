// What a mount does by itself: lists of revoked certificates before they end, lists of changes, tidying.
import type { MountCall } from '../../vault/paths.js'
import { rebuildDeltas, rebuildLists } from './revocation-lists.js'
import { markDone, type Work } from './schedule.js'
import { autoTidyConfig, scheduleTidying, tidy } from './tidying.js'

/** Does what is due now. The real server looks every minute: here it is done on time. */
export function doWork (call: MountCall, name: string): void {
  const work = kindOf(name)
  if (work === undefined) return
  markDone(call, work)
  if (work === 'lists') rebuildLists(call, { isForced: false })
  if (work === 'changes') rebuildDeltas(call)
  if (work === 'tidy') tidyAndGoOn(call)
}

function kindOf (name: string): Work | undefined {
  return name === 'lists' || name === 'changes' || name === 'tidy' ? name : undefined
}

function tidyAndGoOn (call: MountCall): void {
  const config = autoTidyConfig(call)
  if (!config.enabled) return
  tidy(call, config)
  scheduleTidying(call, config)
}
