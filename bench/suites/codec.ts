/** Codec: messages encoded, decoded and viewed, sn-gen beside its peers; each kind of message in a process of its own. */
import { execFileSync } from 'node:child_process';
import { buildProgram } from '../build.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 5;
const KINDS = ['numbers', 'trade', 'codes', 'strings', 'flights', 'nested', 'movies'] as const;
const CONTESTANTS = [
  'sn-gen',
  'msgpackr',
  'cbor-x',
  'protobufjs',
  '@bufbuild/protobuf',
  'avsc',
  'flatbuffers',
  'JSON',
  'v8.serialize',
  'structuredClone, both ways',
  'object literal, the floor',
] as const;
/** What sn-gen is compared with: a view, with decoding. */
const RIVAL = 'msgpackr';
const RIVALS = { encode: `encode, ${RIVAL}`, decode: `decode, ${RIVAL}`, view: `decode, ${RIVAL}` } as const;
const OPERATIONS = Object.keys(RIVALS) as readonly CodecOperation[];
const ALLOCATED = ', allocated';
/** A collection on demand only: a young generation that no part of the measurement fills. */
const ALLOCATION_FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

export type CodecKind = (typeof KINDS)[number];
export type CodecContestant = (typeof CONTESTANTS)[number];
export type CodecOperation = keyof typeof RIVALS;

export interface CodecRow {
  readonly kind: string;
  readonly operation: CodecOperation;
  readonly contestant: string;
}

/** What one run of the program prints, by trial. */
type Measured = Readonly<Record<string, number>>;

/** A kind's contestants are measured side by side: one wanted row has all of its kind measured. */
export const codec: Suite = async (wanted) => {
  const kinds = KINDS.filter((kind) => namesOf(kind).some(wanted));
  const program = await buildProgram('codec', 'orders', 'quotes');
  const times = new Map(kinds.map((kind) => [kind, [] as Measured[]]));
  const allocations = new Map(kinds.map((kind) => [kind, [] as Measured[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const kind of kinds) {
      times.get(kind)?.push(measure(program, kind));
      allocations.get(kind)?.push(measure(...ALLOCATION_FLAGS, program, kind, 'allocation'));
    }
  return [
    ...[...times].flatMap(([kind, rounds]) => rowsOf(kind, '', 'ns', rounds)),
    ...[...times].flatMap(([kind, rounds]) => ratiosOf(kind, rounds)),
    ...[...allocations].flatMap(([kind, rounds]) => rowsOf(kind, ALLOCATED, 'bytes', rounds)),
  ];
};

/** What a row of times is about; nothing for other rows. */
export function codecRow({ name, unit }: Row): CodecRow | undefined {
  const found = unit === 'ns' ? /^(\w+): (encode|decode|view), (.+)$/.exec(name) : null;
  if (found === null) return undefined;
  const [, kind, operation, contestant] = found as unknown as [string, string, CodecOperation, string];
  return { kind, operation, contestant };
}

function measure(...args: readonly string[]): Measured {
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Measured;
}

/** A row for each trial. */
function rowsOf(kind: CodecKind, suffix: string, unit: string, rounds: readonly Measured[]): readonly Row[] {
  return Object.keys(rounds[0] as Measured).map((trial) =>
    rowOf(
      `${kind}: ${trial}${suffix}`,
      unit,
      rounds.map((measured) => measured[trial] as number),
    ),
  );
}

/** How many times sn-gen's time the rival takes, round by round. */
function ratiosOf(kind: CodecKind, rounds: readonly Measured[]): readonly Row[] {
  return OPERATIONS.map((operation) => {
    const samples = rounds.map(
      (measured) => (measured[RIVALS[operation]] as number) / (measured[`${operation}, sn-gen`] as number),
    );
    return rowOf(versus(kind, operation), 'x', samples);
  });
}

/** The names that a filter can mean. */
function namesOf(kind: CodecKind): readonly string[] {
  return [
    ...OPERATIONS.flatMap((operation) => CONTESTANTS.map((one) => `${kind}: ${operation}, ${one}`)),
    ...OPERATIONS.map((operation) => versus(kind, operation)),
    ...OPERATIONS.map((operation) => `${kind}: ${operation}, sn-gen${ALLOCATED}`),
  ];
}

function versus(kind: CodecKind, operation: CodecOperation): string {
  return `${kind}: ${operation}, sn-gen against ${RIVAL}`;
}
