/**
 * Faults of a run of the generator: what the schema's own stages found, what the generator adds, each with
 * its place in the user's files.
 *
 * Faults are collected and reported together; `GenerateError` carries them out of `generate()`. Whatever else
 * is thrown is a fault of the generator or of the system.
 */
import type { Fault as SchemaFault } from '../schema/faults.js';
import type { Warning } from '../schema/warnings.js';

/** The codes that the generator adds to those of `schema/faults.ts`, and their meaning. */
export const GENERATOR_FAULT_MEANINGS = {
  SN1001: 'the schema file cannot be read',
  SN1002: 'the schema, or a file that it imports, does not parse',
  SN1003: 'the schema imports something that cannot be found',
  SN1004: 'the schema throws while it loads',
  SN1005: 'the schema has no default export',
  SN1006: 'a name is declared twice',
  SN1007: 'the handler does not exist',
  SN1008: 'the handler does not parse',
  SN1009: 'the handler has no default export',
  SN1060: 'a worker cannot be bundled',
  SN1061: 'a file in the way was not written by sn-gen',
  SN1062: 'a path leaves the output folder',
  SN1063: 'the module of a custom route does not exist',
  SN1064: 'the module of a custom route does not parse',
  SN1065: 'the module of a custom route lacks the function',
  SN1070: 'the older topology.json cannot be read',
  SN1071: 'the older file is not a topology.json',
  SN1072: 'the older topology.json has a plan version that this sn-gen does not know',
  SN1073: 'the older topology.json is too large',
  SN1074: 'the schema has no message of the name asked for',
} as const satisfies Record<`SN1${number}`, string>;

export type GeneratorFaultCode = keyof typeof GENERATOR_FAULT_MEANINGS;

/** A fault before its place is known. */
export interface Fault {
  readonly code: GeneratorFaultCode | SchemaFault['code'];
  /** In the schema's words: `['messages', 'Flight', 'origin']`. Empty for what has no name there. */
  readonly path: readonly string[];
  /** What rule is broken, and by what value. */
  readonly problem: string;
  /** What to write instead. */
  readonly help: string;
}

/** A stretch of one line of a file. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** In UTF-16 units; at least 1. */
  readonly length: number;
}

export interface PlacedFault extends Fault {
  readonly place: Place;
}

/** What stops nothing, and should be looked at. */
export interface PlacedWarning extends Warning {
  readonly place: Place;
}

/** The user's files by absolute path, as far as they were read: what code frames are cut from. */
export type Sources = ReadonlyMap<string, string>;

/**
 * The user's schema, handlers or output folder have faults; nothing was written.
 *
 * `faults` are sorted by place. `message` holds all of them with code frames, without colours.
 */
export class GenerateError extends Error {
  readonly faults: readonly PlacedFault[];
  /** What the code frames are cut from. */
  readonly sources: Sources;
  /** Files whose change may mend the faults, absolute. */
  readonly inputs: readonly string[];

  constructor(message: string, faults: readonly PlacedFault[], sources: Sources, inputs: readonly string[]) {
    super(message);
    this.name = 'GenerateError';
    this.faults = faults;
    this.sources = sources;
    this.inputs = inputs;
  }
}

/** What a command was asked to read beside the schema is at fault: no fault of the schema, so the exit code is 2. */
export class InputError extends Error {
  readonly code: GeneratorFaultCode;
  /** Whose fault it is: a file, absolute, or an option. */
  readonly subject: string;
  readonly help: string;

  constructor(code: GeneratorFaultCode, subject: string, problem: string, help: string) {
    super(problem);
    this.name = 'InputError';
    this.code = code;
    this.subject = subject;
    this.help = help;
  }
}

/** The start of a file: where a fault stands that concerns the whole of it. */
export function startOf(file: string): Place {
  return { file, line: 1, column: 1, length: 1 };
}
