/**
 * sn-gen/runtime: what runs in users' threads.
 *
 * The first part is for users; the second is what generated code is made of.
 */
export { allowedCpus, type Cpu, type CpuTopology, cpuTopology } from './affinity/cpu-topology.js';
export { pinThread } from './affinity/pin-thread.js';
export {
  type Affinity,
  type AffinityPlan,
  type AffinityWish,
  planAffinity,
} from './affinity/plan-affinity.js';
export type { InstanceState } from './arena-layout.js';
export { answerAsync, asyncAnswering } from './async/async-answering.js';
export { runAsyncWorker } from './async/async-worker.js';
export type { Handling } from './async/handling.js';
export { answerCall, answering } from './calls/answering.js';
export type { CallSignals } from './calls/call-signals.js';
export { type CallOptions, calling, startCall } from './calls/calling.js';
export { type MapOf, type MapOptions, mapCalls } from './calls/map-calls.js';
export { RemoteError } from './calls/remote-error.js';
export {
  attachChannel,
  Channel,
  createChannel,
  type EndOptions,
} from './channel/channel.js';
export type { ChannelHandle } from './channel/channel-handle.js';
export type { ChannelKind, FullPolicy, Priority } from './channel/channel-layout.js';
export type { ChannelStats } from './channel/channel-stats.js';
export type { ReceiveAsyncOptions, ReceiveOptions, Receiver } from './channel/receiver.js';
export type { RepairOptions, RepairReport } from './channel/repair.js';
export { type Selectable, type Selected, select, selectAsync } from './channel/select.js';
export type {
  AsyncSendOptions,
  BlockingSendOptions,
  PriorityOption,
  Sender,
  WaterSignal,
} from './channel/sender.js';
export type { ChannelOptions } from './channel/shape.js';
export { after, type Ticks, tick } from './channel/timers.js';
export type { WaitStrategy } from './channel/waits.js';
export {
  type Claim,
  type ClaimOptions,
  claimOn,
  claimRouted,
  claimToAll,
  LaneClaim,
  LongLaneClaim,
  longClaimOn,
  longClaimRouted,
  longClaimToAll,
} from './claim.js';
export type { Loss } from './close-report.js';
export type { Codec } from './codec.js';
export type { CloseOnSignalOptions } from './control/close-on-signal.js';
export type { Pong, WorkerControl } from './control/worker-control.js';
export { type CustomRoute, laneByRoute } from './custom-route.js';
export { defaultView } from './default-view.js';
export {
  type CorrelationOption,
  correlationOf,
  microseconds,
  type Participant,
  participantOf,
  readTrace,
  type TraceContext,
  type TraceOption,
  writeTrace,
} from './envelope.js';
export { errorCodes, SnError, type SnErrorCode } from './errors.js';
// For generated code.
export {
  badRecord,
  enumValue,
  fieldRange,
  indexesOf,
  readBits,
  readBytes,
  readCount,
  readDate,
  readF32,
  readF64,
  readNumbers,
  readSafeInt,
  timeOf,
  viewBytes,
  viewNumbers,
  writeBytes,
  writeNumbers,
} from './fields.js';
export { type FrameReader, frameBytes, frameLengthAt, frameReader, writeFrame } from './frame.js';
export { FRAME_HEADER_BYTES } from './frame-layout.js';
export {
  type CallHandle,
  type Handle,
  sendLongToAll,
  sendToAll,
  trySendLongToAll,
  trySendToAll,
} from './handle.js';
export {
  hashBigInt,
  hashBool,
  hashBytes,
  hashDate,
  hashEnum,
  hashF32,
  hashNumber,
  hashText,
} from './hash.js';
export { type CodecIdentity, codecIdentity, type Relation, relationOf } from './identity.js';
export { emptyInbox, type Inbox, unknownTag } from './inbox.js';
export type { LaneReader } from './lane-reader.js';
export { type LaneWriter, NO_SLOT, type SendOptions } from './lane-writer.js';
export { LeastLoaded } from './least-loaded.js';
export type { LaneCounts } from './ledger.js';
export type { WaitOptions } from './limit.js';
export { type Memory, memoryOf } from './memory.js';
export type { MessageStream, StreamOptions } from './message-stream.js';
export type { LatencyStats } from './metrics/histogram.js';
export {
  type ConsistentHashPartitioner,
  consistentHashPartitioner,
  hashPartitioner,
  type Partitioner,
  type PartitionKey,
  type RangePartitionKey,
  rangePartitioner,
  roundRobinPartitioner,
} from './partitioner.js';
export { PoolBase, type PoolProgram, startPool } from './pool.js';
export type { PoolEvent, PoolEventMap } from './pool-events.js';
export type { PoolBaseOptions } from './pool-start.js';
export type { InboxLatency, InstanceMemory, InstanceStats, PoolStats, WorkerStats } from './pool-stats.js';
export { partitionOfRange } from './ranges.js';
export type { Receive, Receivers } from './receivers.js';
export { closedRecord } from './record-writer.js';
export {
  beginTail,
  claimTail,
  endOfTail,
  readTailBytes,
  readTailNumbers,
  readTailUtf8,
  tailAt,
  tailBytes,
  tailBytesOfText,
  tailCount,
  viewTailBytes,
  viewTailNumbers,
  writeTailBytes,
  writeTailNumbers,
  writeTailUtf8,
} from './tail.js';
export { Target } from './target.js';
export { readAscii, readUtf8, writeAscii, writeUtf8 } from './text.js';
export type { ThreadOptions } from './thread.js';
export { readUuid, writeUuid } from './uuid.js';
export { throwIssues, type ValidationIssue } from './validation.js';
export { runWorker } from './worker.js';
