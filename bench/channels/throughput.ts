/**
 * Throughput by shape and payload: createChannel between this program's own worker threads, beside its peers. Everyone has 4096 slots;
 * ours has them for each sender.
 */
import { buildProgram } from '../build.js';
import { contestOf, type Group, nodeProgram, type Program, RATE } from './contests.js';
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

/** Who takes part: the first one is ours. */
interface Contender {
  readonly name: string;
  readonly program: Program | undefined;
  readonly args: (shape: Shape, bytes: Bytes) => readonly (string | number)[];
  /** A round's worth by payload, some 0.2 s of it: multiples of what is posted at once, 64, and of the most producers. */
  readonly operations: Readonly<Partial<Record<Bytes, number>>>;
  readonly isYardstick?: boolean;
  /** Whether it has one thread on each side, no more. */
  readonly isPair?: boolean;
}

export async function throughputGroups(native: NativePrograms): Promise<readonly Group[]> {
  const contenders = await contendersOf(native);
  const groupOf = (shape: Shape, bytes: Bytes): Group =>
    contenders.flatMap((contender) => contestsOf(contender, shape, bytes));
  return SHAPES.flatMap((shape) => PAYLOADS.map((bytes) => groupOf(shape, bytes)));
}

async function contendersOf({ rust, ring, memcpy }: NativePrograms): Promise<readonly Contender[]> {
  const channel = nodeProgram(await buildProgram('channel-payloads', 'payloads'));
  const posted = nodeProgram(await buildProgram('posted-payloads', 'payloads'));
  const ringbuf = nodeProgram(await buildProgram('ringbuf-payloads', 'payloads'));
  return [
    {
      name: 'sn-gen',
      program: channel,
      args: ({ kind, producers, consumers }, bytes) => [kind, producers, consumers, bytes],
      operations: { 16: 10_240_000, 64: 5_120_000, 256: 3_072_000 },
    },
    {
      name: 'crossbeam',
      program: rust,
      args: ({ producers, consumers }, bytes) => ['crossbeam', producers, consumers, bytes],
      operations: { 16: 4_096_000, 64: 2_048_000, 256: 1_024_000 },
      isYardstick: true,
    },
    {
      name: 'flume',
      program: rust,
      args: ({ producers, consumers }, bytes) => ['flume', producers, consumers, bytes],
      operations: { 16: 1_536_000, 64: 1_024_000, 256: 768_000 },
    },
    {
      name: 'C++ ring',
      program: ring,
      args: (_, bytes) => [bytes, SLOTS],
      operations: { 16: 20_480_000, 64: 10_240_000, 256: 4_096_000 },
      isYardstick: true,
      isPair: true,
    },
    {
      name: 'memcpy, in and out',
      program: memcpy,
      args: () => [1],
      operations: { 256: 20_480_000 },
      isYardstick: true,
      isPair: true,
    },
    {
      name: 'memcpy, core to core',
      program: memcpy,
      args: () => [2],
      operations: { 256: 4_096_000 },
      isYardstick: true,
      isPair: true,
    },
    {
      name: 'ringbuf.js',
      program: ringbuf,
      args: (_, bytes) => [bytes],
      operations: { 16: 1_024_000, 64: 1_024_000, 256: 1_024_000 },
      isYardstick: true,
      isPair: true,
    },
    {
      name: 'postMessage',
      program: posted,
      args: (_, bytes) => ['objects', bytes],
      operations: { 16: 64_000, 64: 64_000, 256: 51_200 },
      isYardstick: true,
      isPair: true,
    },
    {
      name: 'postMessage, 64 at once',
      program: posted,
      args: (_, bytes) => ['batches', bytes],
      operations: { 16: 512_000, 64: 256_000, 256: 128_000 },
      isPair: true,
    },
    {
      name: 'ArrayBuffer of 64, transferred',
      program: posted,
      args: (_, bytes) => ['buffers', bytes],
      operations: { 16: 2_048_000, 64: 1_024_000, 256: 768_000 },
      isPair: true,
    },
  ];
}

/** One contest, or none: of this shape, of these bytes, or here. */
function contestsOf(
  { name: contestant, program, args, operations: byPayload, isYardstick = false, isPair }: Contender,
  shape: Shape,
  bytes: Bytes,
): Group {
  const { kind, producers, consumers } = shape;
  const operations = byPayload[bytes];
  if (operations === undefined || (isPair === true && kind !== 'spsc')) return [];
  const name = throughputRowName({ shape: `${kind} ${producers}p${consumers}c`, bytes, contestant });
  const contest = { name, unit: RATE, operations, threads: producers + consumers, isYardstick } as const;
  return contestOf(program, contest, ...args(shape, bytes).map(String));
}
