/**
 * Our channels between worker threads: `channel-payloads <kind> <senders> <receivers> <bytes>`. Senders send object literals,
 * receivers drain views and add two fields. The threads are this program's own; whichever receiver takes a round's last message says so.
 */
import { EventEmitter, once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  attachChannel,
  type ChannelHandle,
  type ChannelKind,
  type Codec,
  createChannel,
  type Receiver,
  type Sender,
} from 'sn-gen/runtime';
import { Payload16Codec, Payload64Codec, Payload256Codec } from '../topologies/payloads/generated/index.js';
import { CAPACITY_SLOTS, FILLER, type PayloadBytes, payloadBytesOf } from './payloads.js';
import { rate, serve } from './serve.js';

/** Messages that a sender sends between two looks at its round. */
const BURST = 1024;

/** What a worker is given. */
interface Part {
  readonly role: keyof Roles;
  readonly handle: ChannelHandle;
  /** Messages of the round that nobody has taken yet: i32. */
  readonly remaining: SharedArrayBuffer;
}

interface Shape {
  readonly kind: ChannelKind;
  readonly senders: number;
  readonly receivers: number;
}

/** What each thread does with records of one size. */
interface Roles {
  readonly host: (shape: Shape) => Promise<void>;
  readonly sender: (part: Part) => void;
  readonly receiver: (part: Part) => void;
}

const ROLES: Readonly<Record<PayloadBytes, () => Roles>> = {
  16: () =>
    rolesOf(
      Payload16Codec,
      (sender, from, to) => {
        for (let i = from; i < to; i++) sender.send({ a: i, b: i * 0.5 });
      },
      ({ a, b }) => a + b,
    ),
  64: () =>
    rolesOf(
      Payload64Codec,
      (sender, from, to) => {
        for (let i = from; i < to; i++)
          sender.send({ a: i, b: i * 0.5, c: FILLER, d: FILLER, e: FILLER, f: FILLER, g: FILLER, h: FILLER });
      },
      ({ a, b }) => a + b,
    ),
  256: () =>
    rolesOf(
      Payload256Codec,
      (sender, from, to) => {
        // The list is copied by each send.
        const values = new Array<number>(32).fill(FILLER);
        for (let i = from; i < to; i++) {
          values[0] = i;
          values[1] = i * 0.5;
          sender.send({ values });
        }
      },
      ({ values }) => (values.at(0) as number) + (values.at(1) as number),
    ),
};

const [, , kind, senders, receivers, bytes] = process.argv;
const roles = ROLES[payloadBytesOf(bytes)]();
if (isMainThread)
  await roles.host({ kind: kind as ChannelKind, senders: Number(senders), receivers: Number(receivers) });
else start(workerData as Part);

function start(part: Part): void {
  if (part.role === 'sender') roles.sender(part);
  else roles.receiver(part);
}

function rolesOf<Value, View>(
  codec: Codec<Value, View>,
  sendSome: (sender: Sender<Value>, from: number, to: number) => void,
  sumOf: (view: View) => number,
): Roles {
  return {
    host: (shape) => runHost(shape, codec),
    sender: ({ handle }) => {
      const sender = attachChannel(handle, codec).sender();
      parentPort?.on('message', (count: number) => {
        // In bursts: what is entered once and for ever is optimised on the stack, and that not as well.
        for (let i = 0; i < count; i += BURST) sendSome(sender, i, Math.min(i + BURST, count));
      });
    },
    receiver: ({ handle, remaining }) => {
      receiveAll(attachChannel(handle, codec).receiver(), new Int32Array(remaining), sumOf);
    },
  };
}

function receiveAll<Value, View>(
  receiver: Receiver<Value, View>,
  remaining: Int32Array,
  sumOf: (view: View) => number,
): void {
  // A field: V8 boxes what is assigned to a variable that a closure keeps, once a message.
  const total = { sum: 0 };
  const add = (view: View): void => {
    total.sum += sumOf(view);
  };
  while (receiver.waitFor()) {
    const taken = receiver.drain(add);
    // Another receiver may have been quicker: then nothing was taken, and nothing may remain from the round before.
    if (taken > 0 && Atomics.sub(remaining, 0, taken) === taken) parentPort?.postMessage(total.sum);
  }
}

async function runHost<Value, View>(shape: Shape, codec: Codec<Value, View>): Promise<void> {
  const channel = createChannel({ ...shape, codec, capacity: CAPACITY_SLOTS });
  const remaining = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const ends = new EventEmitter();
  const startOne = (role: Part['role'], handle: ChannelHandle): Worker => {
    const part: Part = { role, handle, remaining };
    return new Worker(new URL(import.meta.url), { workerData: part, argv: process.argv.slice(2) });
  };
  const sources = Array.from({ length: shape.senders }, () => startOne('sender', channel.reserveSender()));
  const sinks = Array.from({ length: shape.receivers }, () =>
    startOne('receiver', channel.reserveReceiver()).on('message', () => ends.emit('end')),
  );
  await serve(
    async (operations) => {
      const startedMs = performance.now();
      Atomics.store(new Int32Array(remaining), 0, operations);
      for (const source of sources) source.postMessage(operations / sources.length);
      await once(ends, 'end');
      return { value: rate(operations, startedMs) };
    },
    async () => void (await Promise.all([...sources, ...sinks].map((worker) => worker.terminate()))),
  );
}
