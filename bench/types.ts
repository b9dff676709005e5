/** What a client is told to do, as JSON in its only argument. */
export interface Task {
  endpoint: string
  /** Paths; more than one are uploaded at the same time. */
  files: string[]
  /** Bytes. Left out, here and below: the client's own default. */
  partSize?: number
  parallel?: number
  /** False: without CRC-64. */
  crc?: boolean
  /** Bytes a second that the client is to keep to. */
  bandwidth?: number
  /** True: a callback hears of every part. */
  progress?: boolean
  /** How often a request is repeated, for clients that do not do so by themselves. */
  retries?: number
  /** `start.js` alone: what is loaded, and how. */
  packageName?: string
  load?: 'import' | 'require'
}

/** What a client prints, as one line of JSON. */
export interface ClientReport {
  /** Of the upload alone, without the start of the process. */
  seconds: number
  /** CPU seconds, likewise. */
  cpu: number
  /** Peak of the whole process. */
  rssMiB: number
  /** `start.js` alone: files loaded from dependencies. */
  modules?: number
  error?: string
}

/** The other end of a case, which runs beside the clients. */
export interface FarEnd {
  readonly endpoint: string
  /** What it has seen since `reset`; of `cpu` only differences count. */
  counters(): Promise<SinkReport>
  reset(): Promise<void>
  stop(): Promise<void>
}

/** Counters of the sink. */
export interface SinkReport {
  connections: number
  attempts: number
  parts: number
  failed: number
  puts: number
  completes: number
  bytes: number
  maxInFlight: number
  /** Seconds since the sink was started. */
  cpu: number
  /** Peak of the far end, where that is not the sink. */
  rssMiB?: number
}

/** One client doing one task. */
export interface Case {
  name: string
  /** A file of `clients` without its extension. */
  client: string
  task?: Omit<Task, 'endpoint' | 'files'>
  /** Overrides what the group says. */
  size?: number
  sink?: readonly string[]
  /** In the place of the sink: oss-local, with its data on … */
  ossLocal?: 'memory' | 'disk'
  /** A client that uploads the file before the measurement, for those that fetch it. */
  before?: string
  /** Measured in the first round only, because it takes long. */
  once?: boolean
}

/** One run of a case. */
export interface Run extends ClientReport {
  /** Bytes of all files. */
  bytes: number
  /** MB/s (10^6 bytes). */
  rate: number
  /** CPU seconds a GiB. */
  cpuPerGiB: number
  /** CPU seconds of the far end a GiB. */
  sinkCpuPerGiB: number
  /** Peak of the far end, where that is not the sink. */
  farEndRssMiB?: number
  /** Part requests that began. */
  attempts: number
  connections: number
  maxInFlight: number
}

/** What is to be reached: a figure of the runs of one round, whose median counts. */
export interface Goal {
  says: string
  /** Names of cases; their runs are the arguments of `value`. */
  of: readonly string[]
  value: (...runs: Run[]) => number
  /** Left out, all of them: the figure is only shown. */
  least?: number | undefined
  most?: number | undefined
  /** Of `value`, such as '×' or 'µs'. */
  unit?: string
}

export interface Group {
  title: string
  /** What can be seen in it. */
  about: string
  /** Bytes of each file, and how many. */
  size?: number
  files?: number
  /** Holes only: takes no memory, and reads as zeros. */
  sparse?: boolean
  tls?: boolean
  /** Flags of the sink. */
  sink?: readonly string[]
  /** At most, where one run takes long. */
  rounds?: number
  cases: readonly Case[]
  goals: readonly Goal[]
}

export interface GoalResult {
  says: string
  value: number | undefined
  least: number | undefined
  most: number | undefined
  unit: string
  /** Undefined: not measured, or nothing to reach. */
  met: boolean | undefined
}
