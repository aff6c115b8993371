// sys/host-info: the machine of the node, an invented one.
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

export const hostInfoPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/host-info', [
  definePath({
    path: 'host-info',
    summary: 'Information about the host instance that this Vault server is running on.',
    fields: Type.Object({}),
    operations: { read }
  })
])

const GIBIBYTE = 1_073_741_824
const CPU: JsonObject = {
  cpu: 0,
  vendorId: 'GenuineIntel',
  family: '6',
  model: '85',
  stepping: 7,
  physicalId: '0',
  coreId: '0',
  cores: 1,
  modelName: 'Simulated CPU',
  mhz: 2500,
  cacheSize: 36608,
  flags: [],
  microcode: '0x1'
}
const CPU_TIMES: JsonObject = {
  cpu: 'cpu0',
  user: 100,
  system: 50,
  idle: 10000,
  nice: 0,
  iowait: 0,
  irq: 0,
  softirq: 0,
  steal: 0,
  guest: 0,
  guestNice: 0
}
const DISK: JsonObject = {
  path: '/',
  fstype: 'ext2/ext3',
  total: 64 * GIBIBYTE,
  free: 32 * GIBIBYTE,
  used: 32 * GIBIBYTE,
  usedPercent: 50,
  inodesTotal: 4194304,
  inodesUsed: 419430,
  inodesFree: 3774874,
  inodesUsedPercent: 10
}
const MEMORY: JsonObject = {
  total: 4 * GIBIBYTE,
  available: 3 * GIBIBYTE,
  used: GIBIBYTE,
  usedPercent: 25,
  free: 2 * GIBIBYTE,
  active: GIBIBYTE,
  inactive: GIBIBYTE
}

/** The same on each node but for its name, so that nobody mistakes it for this machine. */
function read ({ node, nowMs }: Call<unknown>): LogicalResponse {
  const host = {
    hostname: node.id,
    uptime: 86400,
    bootTime: Math.floor(nowMs / 1000) - 86400,
    procs: 1,
    os: 'linux',
    platform: 'vault-mock',
    platformFamily: '',
    platformVersion: '',
    kernelVersion: '',
    kernelArch: 'x86_64',
    virtualizationSystem: '',
    virtualizationRole: '',
    hostid: '00000000-0000-4000-8000-000000000000'
  }
  return {
    data: goMap({
      cpu: [CPU],
      cpu_times: [CPU_TIMES],
      disk: [DISK],
      host,
      memory: MEMORY,
      timestamp: rfc3339Nano(nowMs)
    })
  }
}
