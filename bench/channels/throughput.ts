/**
 * Throughput by shape and payload: createChannel between this program's own worker threads, beside its peers. Everyone has 4096 slots;
 * ours has them for each sender.
 */
import { buildProgram } from '../build.js';
import { type ContestDetails, contestOf, type Group, nodeProgram, RATE } from './contests.js';
import type { NativePrograms } from './native-programs.js';
import { throughputRowName } from './rows.js';

const SHAPES = [
  { kind: 'spsc', producers: 1, consumers: 1 },
  { kind: 'mpsc', producers: 2, consumers: 1 },
  { kind: 'mpsc', producers: 4, consumers: 1 },
  { kind: 'mpmc', producers: 2, consumers: 2 },
  { kind: 'mpmc', producers: 4, consumers: 2 },
  { kind: 'mpmc', producers: 4, consumers: 4 },
] as const;
const PAYLOADS = [16, 64, 256] as const;
const SLOTS = '4096';

type Shape = (typeof SHAPES)[number];
type Bytes = (typeof PAYLOADS)[number];

/** A round's worth, some 0.2 s of it: multiples of what is posted at once, 64, and of the most producers. */
const OPERATIONS = {
  spsc: { 16: 10_240_000, 64: 5_120_000, 256: 2_048_000 },
  mpsc: { 16: 10_240_000, 64: 5_120_000, 256: 2_048_000 },
  mpmc: { 16: 4_096_000, 64: 2_048_000, 256: 1_024_000 },
  crossbeam: { 16: 2_048_000, 64: 1_536_000, 256: 768_000 },
  flume: { 16: 1_536_000, 64: 1_024_000, 256: 768_000 },
  ring: { 16: 20_480_000, 64: 10_240_000, 256: 4_096_000 },
  memcpy: { 16: 20_480_000, 64: 20_480_000, 256: 20_480_000 },
  ringbuf: { 16: 1_024_000, 64: 1_024_000, 256: 1_024_000 },
  objects: { 16: 64_000, 64: 64_000, 256: 51_200 },
  batches: { 16: 512_000, 64: 256_000, 256: 128_000 },
  buffers: { 16: 2_048_000, 64: 1_024_000, 256: 768_000 },
} as const satisfies Record<string, Readonly<Record<Bytes, number>>>;

export async function throughputGroups(native: NativePrograms): Promise<readonly Group[]> {
  const channel = nodeProgram(await buildProgram('channel-payloads', 'payloads'));
  const posted = nodeProgram(await buildProgram('posted-payloads', 'payloads'));
  const ringbuf = nodeProgram(await buildProgram('ringbuf-payloads', 'payloads'));
  const groupOf = (shape: Shape, bytes: Bytes): Group => {
    const { kind, producers, consumers } = shape;
    const size = String(bytes);
    const threads = [String(producers), String(consumers)] as const;
    const contest = (name: string, operations: keyof typeof OPERATIONS): ContestDetails => ({
      name: throughputRowName({ shape: `${kind} ${producers}p${consumers}c`, bytes, contestant: name }),
      unit: RATE,
      operations: OPERATIONS[operations][bytes],
      threads: producers + consumers,
    });
    const yardstick = (name: string, operations: keyof typeof OPERATIONS): ContestDetails => ({
      ...contest(name, operations),
      isYardstick: true,
    });
    const pairPeers = (): Group => [
      ...contestOf(native.ring, yardstick('C++ ring', 'ring'), size, SLOTS),
      ...(bytes === 256
        ? contestOf(native.memcpy, { ...yardstick('memcpy, in and out', 'memcpy'), threads: 1 })
        : []),
      ...contestOf(ringbuf, yardstick('ringbuf.js', 'ringbuf'), size),
      ...contestOf(posted, yardstick('postMessage', 'objects'), 'objects', size),
      ...contestOf(posted, contest('postMessage, 64 at once', 'batches'), 'batches', size),
      ...contestOf(posted, contest('ArrayBuffer of 64, transferred', 'buffers'), 'buffers', size),
    ];
    return [
      ...contestOf(channel, contest('sn-gen', kind), kind, ...threads, size),
      ...contestOf(native.rust, yardstick('crossbeam', 'crossbeam'), 'crossbeam', ...threads, size),
      ...contestOf(native.rust, contest('flume', 'flume'), 'flume', ...threads, size),
      ...(kind === 'spsc' ? pairPeers() : []),
    ];
  };
  return SHAPES.flatMap((shape) => PAYLOADS.map((bytes) => groupOf(shape, bytes)));
}
