/**
 * Command input and output: what every command of `sn-gen` needs to talk to the one who called it.
 */
import pc from 'picocolors';
import { formatFaults, formatInputError } from './diagnostics.js';
import { GenerateError, InputError } from './faults.js';

/** Where a command writes, and what it shows paths relative to. */
export interface CommandIo {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly cwd: string;
}

export interface TextOutput {
  write(text: string): unknown;
  /** Terminals have it; it minds NO_COLOR and FORCE_COLOR. */
  readonly hasColors?: () => boolean;
}

export type ExitCode = 0 | 1 | 2;

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours where the output shows them, and functions that leave text alone elsewhere. */
export function colorsOf(output: TextOutput): Colors {
  return pc.createColors(output.hasColors?.() === true);
}

/** Tells what stopped a command. 1 for the user's own files, 2 for all else. */
export function reportError(error: unknown, io: CommandIo): 1 | 2 {
  const options = { cwd: io.cwd, colors: io.stderr.hasColors?.() === true };
  if (error instanceof GenerateError) {
    io.stderr.write(`${formatFaults(error.faults, error.sources, options)}\n`);
    return 1;
  }
  if (error instanceof InputError) {
    io.stderr.write(`${formatInputError(error, options)}\n`);
    return 2;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(
    `sn-gen failed. This is a fault of sn-gen or of the system, not of your schema:\n${what}\n`,
  );
  return 2;
}

/** The command line is wrong: says how, and how it would be right. */
export function reportUsage(problem: string, usage: string, io: CommandIo): 2 {
  io.stderr.write(`sn-gen: ${problem}\n\n${usage}`);
  return 2;
}

/** The one schema on the command line, or what is wrong with it. */
export function oneSchema(
  positionals: readonly string[],
  command: string,
): { readonly schema: string } | { readonly problem: string } {
  const [schema, ...others] = positionals;
  if (schema === undefined) return { problem: `name the schema file, such as ${command} schema.ts` };
  if (others.length > 0) return { problem: `one schema at a time: got ${positionals.join(' ')}` };
  return { schema };
}

/** What `parseArgs` complains of; Node.js adds advice on `--` that does not apply here. */
export function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('. ')[0] ?? text;
}
