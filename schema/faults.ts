/**
 * Faults: what is wrong with a user's schema, said so that it can be mended.
 *
 * A fault is a value, never an exception: one run reports all of them. Its path names the place in the
 * schema's own words (`['messages', 'Flight', 'origin']`); the generator turns that into file, line and column.
 */

/**
 * Every code that `describeTopology` reports, and its meaning. SN101x: messages and fields; SN102x: names; SN103x: workers; SN104x: receives
 * and answers; SN1050 to SN1053: sends; SN1054 to SN1057: versions of messages; SN1058 and SN1059: their options; SN108x: more of routes and
 * workers. SN109x are warnings: see `warnings.ts`.
 * SN1000 to SN1009 are left to the generator's loader.
 */
export const FAULT_MEANINGS = {
  SN1010: 'the value is not a topology',
  SN1011: 'the topology has no messages',
  SN1012: 'the field has a type without a fixed layout',
  SN1013: "a parameter of the field's type is outside its limits",
  SN1014: 'the text or list has no bound on its size',
  SN1015: 'the bigint has no bounds that fit 64 bits',
  SN1016: 'the message is not a Zod object',
  SN1017: 'the record is too large',
  SN1018: 'the object contains itself',
  SN1019: 'the schema changes values, which nothing would do at run time',
  SN1020: 'the name is not an identifier',
  SN1021: 'the name is reserved',
  SN1022: 'two names collide in the emitted code',
  SN1030: 'the topology has no workers',
  SN1031: 'the value is not a worker',
  SN1032: 'the handler is not a module path',
  SN1033: 'the number of instances is outside its limits',
  SN1034: 'the capacity is not a power of two within its limits',
  SN1035: 'the tick interval is outside its limits',
  SN1036: 'the worker receives and answers nothing',
  SN1037: 'the worker has an option that does not exist',
  SN1038: 'the affinity is none that there is',
  SN1039: 'the priority is outside its limits',
  SN1040: 'the worker receives a message that is not declared',
  SN1041: 'the value is not a route',
  SN1042: 'the route names a field that the message does not have',
  SN1043: 'the route names a field that cannot be a key',
  SN1044: 'the route has no fields, or one of them twice',
  SN1045: 'the worker answers a call that is not declared',
  SN1046: 'a call cannot be answered by every instance',
  SN1047: 'the value is not a call',
  SN1048: 'the bounds of the range are not ascending values of its field',
  SN1049: 'the number of virtual nodes is outside its limits',
  SN1050: 'the worker sends to a worker that is not declared',
  SN1051: 'the worker sends a message that is not declared',
  SN1052: 'the worker sends a message that its target does not receive',
  SN1053: 'the sends are not lists of message names',
  SN1054: 'the version with which a field came is outside its limits',
  SN1055: 'a field that came later has no value for older records',
  SN1056: 'the version is not noted on a field of a message',
  SN1057: 'a version of the message brought no field',
  SN1058: 'the message has an option that does not exist',
  SN1059: 'an option of the message holds a value that is not allowed',
  SN1080: "the worker's keyed routes deal its partitions in different ways",
  SN1081: 'the custom route does not say where its function is',
  SN1082: 'the value of async is neither true nor false',
  SN1083: 'the concurrency is outside its limits, or of a worker that is not async',
  SN1085: 'what the worker says of cycles is not what can be said',
} as const satisfies Record<`SN1${number}`, string>;

export type FaultCode = keyof typeof FAULT_MEANINGS;

export interface Fault {
  readonly code: FaultCode;
  /** From the topology's root: `['workers', 'delays', 'receives', 'Flight']`. Empty for the topology itself. */
  readonly path: readonly string[];
  /** What rule is broken, and by what value. */
  readonly problem: string;
  /** What to write instead. */
  readonly help: string;
}

/** Where a stage puts the faults that it finds. */
export type FaultList = Fault[];

export function report(
  faults: FaultList,
  code: FaultCode,
  path: readonly string[],
  problem: string,
  help: string,
): void {
  faults.push({ code, path, problem, help });
}

/** A value as a message quotes it: short, on one line, never throwing, and no code of the user's is run. */
export function quote(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
    default:
      return String(value);
  }
}

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`: the names that would have been right. */
function oneOf(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** The name that was probably meant, or all of them when none is near. */
export function suggest(wrong: string, names: readonly string[], what: string): string {
  // Names of one or two letters are all near each other.
  const near = wrong.length > 2 && names.find((name) => isNear(wrong.toLowerCase(), name.toLowerCase()));
  return near ? `did you mean '${near}'?` : listed(names, what);
}

/** `the messages: 'Flight' or 'Report'`. */
export function listed(names: readonly string[], what: string): string {
  return `${what}: ${names.length === 0 ? 'none' : oneOf(names)}`;
}

/** True when one insertion, deletion, replacement or swap of neighbours turns `a` into `b`. */
function isNear(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  const restOfA = a.slice(start);
  const restOfB = b.slice(start);
  return (
    restOfA.slice(1) === restOfB ||
    restOfA === restOfB.slice(1) ||
    restOfA.slice(1) === restOfB.slice(1) ||
    (restOfA.slice(2) === restOfB.slice(2) && restOfA[0] === restOfB[1] && restOfA[1] === restOfB[0])
  );
}
