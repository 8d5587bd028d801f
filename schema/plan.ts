/**
 * The plan: everything the emitters need, as frozen data. `topology.json` is this, printed.
 */
import type {
  AffinityDescriptor,
  InstancesDescriptor,
  MessageDescriptor,
  RouteDescriptor,
  TopologyDescriptor,
  WorkerDescriptor,
} from './descriptor.js';
import { type EnvelopeLayout, layoutEnvelope } from './envelope.js';
import { fingerprintOf } from './fingerprint.js';
import { deepFreeze } from './freeze.js';
import { layoutMessage, type MessageLayout } from './layout.js';
import { stagesOf } from './stages.js';
import { roundUp } from './struct.js';
import { asOfVersion, RECORD_ALIGN_BYTES } from './versions.js';

/** Bytes before the record in each slot. The runtime's `lane-layout.ts` says what they hold; a test holds the two equal. */
export const SLOT_HEADER_BYTES = 8;
/** Where in a slot stands where a message with a tail lies; the same holds for it. */
export const SLOT_PLACE_OFFSET_BYTES = 4;

/** A byte ring holds so many of the largest message, as long as that takes no more than this many bytes. */
const RING_MESSAGES = 4;
const RING_SEVERAL_MAX_BYTES = 1 << 22;
const RING_ALIGN_BYTES = 128;

/** Slots of each lane into the host. */
export const MAIN_CAPACITY_SLOTS = 1024;

/** What stands before the record of a request or response: the call's number, as a u32 of eight bytes. */
export const CALL_HEADER_BYTES = 8;
/** A reply lane has room for the errors of several calls, of so many bytes each at most. */
export const ERROR_MAX_BYTES = 4096;

/** A message as a consumer sees it: its layout is found by name, its tag stands in the slot's header. */
export interface InboxMessage {
  /** For a call that of its request. */
  readonly message: string;
  /** The call whose request it is. */
  readonly call?: string;
  /** Its index among the inbox's messages. */
  readonly tag: number;
  readonly route: RouteDescriptor;
}

/** What arrives at an instance of a worker, or at the host. */
export interface InboxPlan {
  readonly messages: readonly InboxMessage[];
  /** Slots of each of its lanes. */
  readonly capacitySlots: number;
  /** Bytes of one slot: header and the largest envelope and record of those without a tail, rounded up to 8. */
  readonly strideBytes: number;
  /** Bytes of each lane's byte ring, in which messages with a tail lie; missing where there are none. */
  readonly ringBytes?: number;
  /** Points of each instance on the ring that deals the partitions; missing where each instance owns an equal share. */
  readonly virtualNodes?: number;
}

/** The lanes on which a worker answers calls; each caller has one from each instance. */
export interface ReplyPlan {
  readonly strideBytes: number;
  readonly ringBytes: number;
}

export interface WorkerPlan {
  readonly name: string;
  /** Relative to the output folder, with forward slashes. */
  readonly handler: string;
  readonly instances: InstancesDescriptor;
  readonly tickMs?: number;
  /** How many handlers run at a time; missing in sync workers, whose handlers never wait. */
  readonly concurrency?: number;
  readonly affinity?: AffinityDescriptor;
  readonly priority?: number;
  readonly inbox: InboxPlan;
  /** Missing where it answers no calls. */
  readonly replies?: ReplyPlan;
  /** There when its sends are not to be counted where cycles are looked for: see `cycles.ts`. */
  readonly cycles?: 'accepted';
  readonly sends: readonly SendsPlan[];
}

export interface SendsPlan {
  readonly to: string;
  readonly messages: readonly string[];
  /** Calls that it makes; missing where it makes none. */
  readonly calls?: readonly string[];
}

export interface CallPlan {
  readonly name: string;
  /** Names of messages. */
  readonly request: string;
  readonly response: string;
}

export interface MessagePlan extends MessageLayout {
  /** 16 hex digits over the layout. */
  readonly fingerprint: string;
  /** What the fingerprint was in each version, oldest first, this one's last; missing where there is one only. */
  readonly fingerprints?: readonly string[];
  /**
   * There when senders run the whole Zod schema on a value first. No part of any fingerprint: what is validated on one side is
   * the same bytes on the other, which understands them whether or not it would have refused them.
   */
  readonly validate?: true;
  /** There when it is a call's request or response: the call's number stands in front of the record. */
  readonly isOfCall?: true;
  /** What lies in front of each record in a slot; missing where nothing does. No part of the record or of its fingerprint. */
  readonly envelope?: EnvelopeLayout;
  /** There when it is no mistake that nobody can send it in the pool. */
  readonly codecOnly?: true;
}

export interface TopologyPlan {
  readonly kind: 'topology';
  readonly version: 1;
  /** 16 hex digits over messages, tags and inboxes: both sides of an attachment must have the same. */
  readonly fingerprint: string;
  /** The schema's file, relative to the output folder, with forward slashes. */
  readonly schema: string;
  readonly messages: readonly MessagePlan[];
  /** Missing where there are none. */
  readonly calls?: readonly CallPlan[];
  readonly workers: readonly WorkerPlan[];
  /** What arrives at the host; no messages when nobody sends to it. */
  readonly main: InboxPlan;
  /** Workers' names in the order in which they are closed: senders before receivers, cycles together. */
  readonly stages: readonly (readonly string[])[];
}

export interface PlanOptions {
  /** The schema's file, relative to the output folder, with forward slashes. */
  readonly schema: string;
  /** From a module as the schema writes it, a handler or a custom route's, to one relative to the output folder, with forward slashes. */
  readonly modulePath: (module: string) => string;
}

/**
 * Plans a topology without faults. The same descriptor gives the same plan, byte for byte.
 *
 * @returns frozen data, all the way down.
 */
export function planTopology(descriptor: TopologyDescriptor, options: PlanOptions): TopologyPlan {
  const { calls } = descriptor;
  const parts = new Set(calls.flatMap(({ request, response }) => [request, response]));
  const messages = descriptor.messages.map((message) => ({
    ...planMessage(message),
    ...(parts.has(message.name) ? { isOfCall: true as const } : {}),
  }));
  const workers = descriptor.workers.map((worker) => planWorker(worker, messages, calls, options));
  const main = planInbox(receivesOfMain(descriptor), MAIN_CAPACITY_SLOTS, messages);
  return deepFreeze({
    kind: 'topology',
    version: 1,
    fingerprint: fingerprintOf({
      messages: messages.map(({ name, fingerprint, envelope }) => ({
        name,
        fingerprint,
        ...(envelope === undefined ? {} : { envelope }),
      })),
      workers: workers.map(({ name, inbox, sends, concurrency }) => ({
        name,
        inbox,
        sends,
        // A pool lays out more for those that queue.
        ...(concurrency === undefined ? {} : { isAsync: true }),
      })),
      main,
    }),
    schema: options.schema,
    messages,
    ...(calls.length === 0 ? {} : { calls }),
    workers,
    main,
    stages: stagesOf(descriptor.workers),
  });
}

export function planMessage(message: MessageDescriptor): MessagePlan {
  const layout = layoutMessage(message);
  // As a build at that version computed it: over its own layout, whole.
  const fingerprints = layout.versions?.map(({ version }) =>
    fingerprintOf(layoutMessage(asOfVersion(message, version))),
  );
  const { validate, envelope, codecOnly } = message;
  return {
    ...layout,
    fingerprint: fingerprintOf(layout),
    ...(fingerprints === undefined ? {} : { fingerprints }),
    ...(validate === undefined ? {} : { validate }),
    ...(envelope === undefined ? {} : { envelope: layoutEnvelope(envelope) }),
    ...(codecOnly === undefined ? {} : { codecOnly }),
  };
}

function planWorker(
  worker: WorkerDescriptor,
  messages: readonly MessagePlan[],
  calls: readonly CallPlan[],
  { modulePath }: PlanOptions,
): WorkerPlan {
  const { name, handler, instances, tickMs, concurrency, affinity, priority } = worker;
  const { receives, answers, capacitySlots, cycles, sends } = worker;
  const requests = answers.map(({ call, route }) => ({
    message: callNamed(calls, call).request,
    route,
    call,
  }));
  const withModulePath = (arriving: Arriving): Arriving => {
    const { route } = arriving;
    return route.kind === 'custom'
      ? { ...arriving, route: { ...route, module: modulePath(route.module) } }
      : arriving;
  };
  return {
    name,
    handler: modulePath(handler),
    instances,
    ...(tickMs === undefined ? {} : { tickMs }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(affinity === undefined ? {} : { affinity: structuredClone(affinity) }),
    ...(priority === undefined ? {} : { priority }),
    inbox: planInbox([...receives, ...requests].map(withModulePath), capacitySlots, messages),
    ...(answers.length === 0
      ? {}
      : {
          replies: planReplies(
            answers.map(({ call }) => callNamed(calls, call).response),
            messages,
          ),
        }),
    ...(cycles === undefined ? {} : { cycles }),
    sends: sends.map(({ to, messages: names, calls: made }) => ({
      to,
      messages: [...names],
      ...(made.length === 0 ? {} : { calls: [...made] }),
    })),
  };
}

function callNamed(calls: readonly CallPlan[], name: string): CallPlan {
  return calls.find((call) => call.name === name) as CallPlan;
}

/** Responses without a tail lie in slots; those with one in the byte ring, and so do errors. */
function planReplies(responses: readonly string[], messages: readonly MessagePlan[]): ReplyPlan {
  const { strideBytes, ringBytes = 0 } = planInbox(
    responses.map((message) => ({ message, route: { kind: 'roundRobin' } })),
    1,
    messages,
  );
  return { strideBytes, ringBytes: Math.max(ringBytes, ringBytesFor(ERROR_MAX_BYTES)) };
}

/** What comes to an inbox, before it has a tag. */
type Arriving = Omit<InboxMessage, 'tag'>;

function planInbox(
  receives: readonly Arriving[],
  capacitySlots: number,
  messages: readonly MessagePlan[],
): InboxPlan {
  const arriving = messages.filter(({ name }) => receives.some(({ message }) => message === name));
  const inSlots = arriving.filter(({ tailMaxBytes }) => tailMaxBytes === undefined);
  const lengths = inSlots.map((message) => envelopeBytesOf(message) + message.byteLength);
  const wholes = arriving.map((message) =>
    message.tailMaxBytes === undefined
      ? 0
      : envelopeBytesOf(message) + message.byteLength + message.tailMaxBytes,
  );
  const ringBytes = ringBytesFor(Math.max(0, ...wholes));
  const virtualNodes = virtualNodesOf(receives);
  return {
    messages: receives.map(({ message, route, call }, tag) => ({
      message,
      ...(call === undefined ? {} : { call }),
      tag,
      route: structuredClone(route),
    })),
    capacitySlots,
    strideBytes: roundUp(SLOT_HEADER_BYTES + Math.max(0, ...lengths), RECORD_ALIGN_BYTES),
    ...(ringBytes === 0 ? {} : { ringBytes }),
    ...(virtualNodes === undefined ? {} : { virtualNodes }),
  };
}

/** Those of its first route by a ring; all others say the same. */
function virtualNodesOf(receives: readonly Arriving[]): number | undefined {
  for (const { route } of receives) if (route.kind === 'consistentHash') return route.virtualNodes;
  return undefined;
}

/** Bytes between a slot's header, or the beginning of a message's bytes in the byte ring, and its record. */
export function envelopeBytesOf({
  envelope,
  isOfCall,
}: {
  readonly envelope?: EnvelopeLayout | undefined;
  readonly isOfCall?: true | undefined;
}): number {
  return isOfCall === true ? CALL_HEADER_BYTES : (envelope?.byteLength ?? 0);
}

/** Room for several messages of the largest kind where they are small, and for one in any case. */
function ringBytesFor(largestBytes: number): number {
  const several = Math.min(RING_MESSAGES * largestBytes, RING_SEVERAL_MAX_BYTES);
  return roundUp(Math.max(largestBytes, several), RING_ALIGN_BYTES);
}

/** What anyone sends to the host, in the order of the schema's messages. It is one thread: every route leads to it. */
function receivesOfMain({ messages, workers }: TopologyDescriptor): readonly Omit<InboxMessage, 'tag'>[] {
  const sent = new Set(
    workers.flatMap(({ sends }) => sends.filter(({ to }) => to === 'main').flatMap((send) => send.messages)),
  );
  return messages
    .filter(({ name }) => sent.has(name))
    .map(({ name }) => ({ message: name, route: { kind: 'roundRobin' } }));
}
