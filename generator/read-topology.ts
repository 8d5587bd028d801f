/**
 * Read topology: an older `topology.json`, from whatever file the user names, checked before it is believed.
 */

import { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { ENVELOPE_FIELDS } from '../schema/envelope.js';
import type { TypeLayout } from '../schema/layout.js';
import type { MessagePlan, TopologyPlan } from '../schema/plan.js';
import { isNotedVersion } from '../schema/versions.js';
import { InputError } from './faults.js';
import {
  anything,
  both,
  count,
  either,
  isObject,
  listOf,
  objectOf,
  oneOf,
  optional,
  type Shape,
  shapeThat,
  text,
} from './shapes.js';

/** The newest plan that this sn-gen writes and reads. */
const PLAN_VERSION = 1;
/** A larger file is no topology.json: that of a thousand messages of a hundred fields has 20 MB. */
const MAX_FILE_BYTES = 64 * 2 ** 20;
/** A type within a type more often than this would exhaust the stack, and no schema gives it. */
const MAX_DEPTH = 128;

/** @throws InputError when the file cannot be read, or is not a topology.json of a known version. */
export async function readTopology(file: string): Promise<TopologyPlan> {
  const read = await readLimited(file);
  const parsed = parse(read, file);
  if (!isObject(parsed) || parsed.generator !== 'sn-gen' || parsed.kind !== 'topology') {
    throw notTopology(file, 'it does not say that sn-gen made it');
  }
  const { version } = parsed;
  if (!Number.isSafeInteger(version) || Number(version) < 1) {
    throw notTopology(file, `version must be a whole number from 1: got ${short(version)}`);
  }
  if (Number(version) > PLAN_VERSION) {
    const problem = `the plan has version ${short(version)}, and this sn-gen knows ${PLAN_VERSION}`;
    throw new InputError('SN1072', file, problem, 'use the sn-gen that wrote it, or a newer one');
  }
  if (depthOf(parsed) > MAX_DEPTH) throw notTopology(file, `it is nested deeper than ${MAX_DEPTH} levels`);
  const fault = PLAN(parsed, '');
  if (fault !== undefined) throw notTopology(file, `${fault.path} must be ${fault.expected}`);
  return parsed as unknown as TopologyPlan;
}

/** Not `readFile`: a device or pipe may have no end, and its size is not known before. */
async function readLimited(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_FILE_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const help = 'generate and commit it first, or name one: --against <topology.json>';
    throw new InputError('SN1070', file, problem, help);
  }
  if (bytes > MAX_FILE_BYTES) {
    const problem = `a topology.json has at most ${MAX_FILE_BYTES / 2 ** 20} MiB, and this file has more`;
    throw new InputError('SN1073', file, problem, 'name the topology.json of an older build');
  }
  return Buffer.concat(chunks).toString();
}

function parse(read: string, file: string): unknown {
  try {
    return JSON.parse(read.replace(/^\ufeff/, ''));
  } catch (error) {
    throw notTopology(file, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function notTopology(file: string, problem: string): InputError {
  return new InputError('SN1071', file, problem, 'name a topology.json as sn-gen wrote it');
}

function short(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 40 ? `${json.slice(0, 39)}…` : json;
}

/** Level by level, without recursion; stops above the limit. */
function depthOf(root: unknown): number {
  let level: unknown[] = [root];
  for (let depth = 0; ; depth++) {
    if (level.length === 0 || depth > MAX_DEPTH) return depth;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}

const enumValue = shapeThat(
  'text, a number, true, false or null',
  (value) => value === null || ['string', 'number', 'boolean'].includes(typeof value),
);
const type: Shape = (value, path) => {
  if (!isObject(value)) return { path, expected: 'an object' };
  const { kind } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(TYPES, kind)) {
    return { path: `${path}.kind`, expected: 'the kind of a type' };
  }
  return TYPES[kind as keyof typeof TYPES](value, path);
};
const bits = optional(objectOf({ offsetBytes: count, count }));
const field = { name: text, type, offsetBytes: count, byteLength: count, bit: optional(count) };
const struct = { fields: listOf(objectOf(field)), bits, byteLength: count };
const countPlace = objectOf({ offsetBytes: count, byteLength: oneOf(1, 2, 4) });

/** What each type has beside its kind. */
const TYPES = {
  u8: anything,
  i8: anything,
  u16: anything,
  i16: anything,
  u32: anything,
  i32: anything,
  f32: anything,
  f64: anything,
  safeInt: anything,
  u64: anything,
  i64: anything,
  bool: anything,
  date: anything,
  enum: objectOf({ values: listOf(enumValue) }),
  ascii: objectOf({ maxLength: count }),
  utf8: objectOf({ maxBytes: count }),
  bytes: objectOf({ maxBytes: count }),
  uuid: anything,
  numbers: objectOf({ element: text, max: count, count: countPlace }),
  object: objectOf(struct),
  tuple: objectOf(struct),
  list: objectOf({
    as: oneOf('array', 'set', 'map'),
    item: objectOf(struct),
    max: count,
    isExact: oneOf(true, false),
    count: optional(countPlace),
  }),
  union: objectOf({
    discriminator: text,
    tagOffsetBytes: count,
    options: listOf(objectOf({ ...struct, values: listOf(enumValue) })),
  }),
  tail: objectOf({ type }),
  maybe: objectOf({ type, absent: oneOf('undefined', 'null', 'either') }),
  default: objectOf({ type, value: shapeThat('a value', (value) => value !== undefined) }),
} as const satisfies Record<TypeLayout['kind'], Shape>;

/** Routes are compared as data; only the keys of those that have one are looked into. */
const KEYS: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  hash: { fields: listOf(text) },
  consistentHash: { fields: listOf(text) },
  range: { field: text },
};

const ROUTE: Shape = (value, path) => {
  const kind = isObject(value) ? value.kind : undefined;
  const isKeyed = typeof kind === 'string' && Object.hasOwn(KEYS, kind);
  return objectOf({ kind: text, ...(isKeyed ? KEYS[kind] : {}) })(value, path);
};

const INBOX = objectOf({
  messages: listOf(objectOf({ message: text, tag: count, route: ROUTE })),
  capacitySlots: count,
  strideBytes: count,
  ringBytes: optional(count),
  virtualNodes: optional(count),
});

const since = shapeThat('a version from 2 to 255', isNotedVersion);

/** A message has both lists or none, one entry for each of its versions, and its own is the last. */
const HISTORY: Shape = (value, path) => {
  const { fields, versions = [], fingerprint, fingerprints = [] } = value as unknown as MessagePlan;
  const numbers = versions.map(({ version }) => version);
  if (versions.length === 1 || numbers.some((version, index) => version !== index + 1)) {
    return { path: `${path}.versions`, expected: 'all versions from 1, where there are several' };
  }
  if (fingerprints.length !== versions.length || (fingerprints.at(-1) ?? fingerprint) !== fingerprint) {
    return { path: `${path}.fingerprints`, expected: "one for each version, the message's own the last" };
  }
  const newest = Math.max(1, versions.length);
  const late = fields.findIndex(({ since: version = 1 }) => version > newest);
  return late < 0
    ? undefined
    : { path: `${path}.fields[${late}].since`, expected: `a version up to ${newest}` };
};

const MESSAGE = both(
  objectOf({
    ...struct,
    fields: listOf(objectOf({ ...field, since: optional(since) })),
    name: text,
    fingerprint: text,
    tailMaxBytes: optional(count),
    versions: optional(listOf(objectOf({ version: count, byteLength: count, bits }))),
    fingerprints: optional(listOf(text)),
    validate: optional(oneOf(true)),
    codecOnly: optional(oneOf(true)),
    envelope: optional(
      objectOf({
        fields: listOf(objectOf({ name: oneOf(...ENVELOPE_FIELDS), offsetBytes: count })),
        byteLength: count,
      }),
    ),
  }),
  HISTORY,
);

const COUNT_OR_CORES = either(
  count,
  shapeThat("a whole number or 'cores'", (value) => value === 'cores'),
);

const PLAN = objectOf({
  fingerprint: text,
  schema: text,
  messages: listOf(MESSAGE),
  workers: listOf(
    objectOf({
      name: text,
      handler: text,
      instances: either(
        COUNT_OR_CORES,
        objectOf({
          min: COUNT_OR_CORES,
          max: COUNT_OR_CORES,
          idleMs: optional(shapeThat('a number', (value) => typeof value === 'number')),
        }),
      ),
      tickMs: optional(shapeThat('a number', (value) => typeof value === 'number')),
      concurrency: optional(count),
      affinity: optional(either(oneOf('spread', 'compact'), listOf(count))),
      priority: optional(shapeThat('a whole number', Number.isInteger)),
      inbox: INBOX,
      cycles: optional(oneOf('accepted')),
      sends: listOf(objectOf({ to: text, messages: listOf(text) })),
    }),
  ),
  main: INBOX,
  stages: listOf(listOf(text)),
});
