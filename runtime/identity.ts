/**
 * Identity: what a build says of one of its messages to another build, and whether each understands the other's records.
 *
 * A message has a fingerprint for each of its versions, and each covers the whole layout that a build at that version has. The record
 * of a version is the beginning of that of every later one. So two builds interoperate exactly when the fingerprints of one are the
 * beginning of the other's: up to there they are one message, and what the longer list adds lies behind it. Whatever else has
 * changed, the lists part, and records are refused.
 *
 * An identity comes from elsewhere and may be anything: it is checked before it is believed.
 */
import type { Codec } from './codec.js';
import { SnError } from './errors.js';

const SHOWN_MAX_LENGTH = 40;

/** JSON-serialisable: sent once with a file or a connection, not with each record. */
export interface CodecIdentity {
  /** The message's name in the schema. */
  readonly name: string;
  /** What a build at each version has for a fingerprint, oldest first; the last is that of the build itself. */
  readonly fingerprints: readonly string[];
}

/** What the build that writes is to the one that reads. */
export type Relation = 'same' | 'older' | 'newer';

type AnyCodec = Pick<Codec<unknown, unknown>, 'name' | 'fingerprint' | 'fingerprints'>;

/** What to send to whoever reads records that this codec writes. */
export function codecIdentity({ name, fingerprint, fingerprints = [fingerprint] }: AnyCodec): CodecIdentity {
  return { name, fingerprints };
}

/**
 * What the writer's build is to the reader's.
 *
 * @throws SnError `SN_SCHEMA_MISMATCH` when they do not interoperate; it names both, where they part, and what to do.
 */
export function relationOf(writer: CodecIdentity, reader: CodecIdentity): Relation {
  checkIdentity(writer, reader.name);
  if (writer.name !== reader.name) {
    const problem = `records of ${show(writer.name)} are none of ${show(reader.name)}`;
    throw mismatch(writer, reader, `${problem}: read them with the codec of that message`);
  }
  const [theirs, ours] = [writer.fingerprints, reader.fingerprints];
  const shorter = Math.min(theirs.length, ours.length);
  for (let index = 0; index < shorter; index++) {
    if (theirs[index] !== ours[index]) throw parted(writer, reader, index + 1);
  }
  if (theirs.length === ours.length) return 'same';
  return theirs.length < ours.length ? 'older' : 'newer';
}

function checkIdentity(identity: unknown, message: string): void {
  const { name, fingerprints } = (identity ?? {}) as {
    readonly name?: unknown;
    readonly fingerprints?: unknown;
  };
  const isRight =
    typeof name === 'string' &&
    Array.isArray(fingerprints) &&
    fingerprints.length > 0 &&
    fingerprints.every((each) => typeof each === 'string');
  if (isRight) return;
  throw new SnError(
    'SN_SCHEMA_MISMATCH',
    `${message}: what the writer sent as its identity is none: send codecIdentity(codec), as JSON where need be`,
    { details: { message } },
  );
}

/** The two were one message up to a version, or never were. */
function parted(writer: CodecIdentity, reader: CodecIdentity, version: number): SnError {
  const side = ({ fingerprints }: CodecIdentity) =>
    `${show(fingerprints[version - 1])} of ${fingerprints.length} ${fingerprints.length === 1 ? 'version' : 'versions'}`;
  const where = `their layouts of version ${version} differ (${side(writer)} there, ${side(reader)} here)`;
  const mend =
    'Generate both from one schema. To change a message and keep older builds, leave its fields as they are and add new ones ' +
    `by since(${Math.max(writer.fingerprints.length, reader.fingerprints.length) + 1}, type)`;
  const problem = `${reader.name}: the writer's build and this one do not understand each other's records: ${where}. ${mend}`;
  return mismatch(writer, reader, problem, version);
}

function mismatch(writer: CodecIdentity, reader: CodecIdentity, problem: string, version?: number): SnError {
  return new SnError('SN_SCHEMA_MISMATCH', problem, {
    details: { message: reader.name, writer, reader, ...(version === undefined ? {} : { version }) },
  });
}

function show(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, SHOWN_MAX_LENGTH));
}
