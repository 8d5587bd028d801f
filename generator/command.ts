/**
 * Command: `sn-gen` as a function of its arguments, so that it can be tested without a process.
 *
 * Exit codes: 0 done; 1 the user's schema, handlers or output folder have faults, or `--check` found a
 * difference; 2 the command line is wrong, or sn-gen or the system failed.
 */
import { parseArgs } from 'node:util';
import type { TopologyPlan } from '../schema/plan.js';
import {
  type CommandIo,
  colorsOf,
  type ExitCode,
  firstSentence,
  oneSchema,
  reportError,
  reportUsage,
} from './command-io.js';
import { formatWarnings, shownPath } from './diagnostics.js';
import type { GenerateOptions, GenerateResult } from './options.js';
import { ownVersion } from './own-package.js';

const USAGE = `Usage: sn-gen <schema.ts> [options]
       sn-gen inspect <schema.ts> [options]    show how messages lie in memory, and what lanes take
       sn-gen breaking <schema.ts> [options]   find what an older build would not understand

Generates codecs, a typed pool and bundled workers from a topology. The other commands have a --help of
their own. Options of generation:

  --out <folder>           where to write, relative to the schema (default: generated)
  --check                  write nothing; exit 1 if the generated code is not up to date
  --watch                  generate again on every change
  --no-bundle              leave the workers unbundled
  --target <node|browser>  what the bundles run on (default: node)
  --help                   show this
  --version                show the version

Exit codes: 0 done; 1 a fault in your files, or a difference found by --check; 2 anything else.
Warnings go to standard error and change no exit code.
`;

/** What stands before the schema; a schema of such a name is written `./inspect`. Loaded when asked for. */
const SUBCOMMANDS = {
  inspect: async (args, io) => (await import('./inspect-command.js')).runInspect(args, io),
  breaking: async (args, io) => (await import('./breaking-command.js')).runBreaking(args, io),
} as const satisfies Record<string, (args: readonly string[], io: CommandIo) => Promise<ExitCode>>;

type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly problem: string }
  | { readonly kind: 'generate' | 'watch'; readonly options: GenerateOptions };

/** Runs the command and returns its exit code. Never rejects. */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name !== undefined && Object.hasOwn(SUBCOMMANDS, name)) {
    return SUBCOMMANDS[name as keyof typeof SUBCOMMANDS](rest, io);
  }
  const command = parseCommand(args);
  switch (command.kind) {
    case 'help':
      io.stdout.write(USAGE);
      return 0;
    case 'version':
      io.stdout.write(`${ownVersion()}\n`);
      return 0;
    case 'wrong':
      return reportUsage(command.problem, USAGE, io);
    case 'generate':
      return generateOnce(command.options, io);
    case 'watch':
      return generateForever(command.options, io);
  }
}

function parseCommand(args: readonly string[]): Command {
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(args);
  } catch (error) {
    return { kind: 'wrong', problem: firstSentence(error) };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const found = oneSchema(positionals, 'sn-gen');
  if ('problem' in found) return { kind: 'wrong', problem: found.problem };
  const { target = 'node' } = values;
  if (target !== 'node' && target !== 'browser') {
    return { kind: 'wrong', problem: `--target must be node or browser: got ${JSON.stringify(target)}` };
  }
  if (values.out === '') return { kind: 'wrong', problem: '--out must name a folder' };
  if (values.watch === true && values.check === true) {
    return { kind: 'wrong', problem: '--check looks once: leave out --watch' };
  }
  return {
    kind: values.watch === true ? 'watch' : 'generate',
    options: {
      schema: found.schema,
      target,
      bundle: values['no-bundle'] !== true,
      check: values.check === true,
      ...(values.out === undefined ? {} : { out: values.out }),
    },
  };
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      check: { type: 'boolean' },
      watch: { type: 'boolean' },
      'no-bundle': { type: 'boolean' },
      target: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
}

async function generateOnce(options: GenerateOptions, io: CommandIo): Promise<ExitCode> {
  try {
    // Loaded late: --help needs neither esbuild nor Zod.
    const { generate } = await import('./generate.js');
    const result = await generate(options);
    if (result.drift.length > 0) {
      io.stderr.write(driftText(result, options, io));
      return 1;
    }
    io.stdout.write(options.check === true ? upToDateText(result, io) : summary(result, io));
    tellWarnings(result, io);
    return 0;
  } catch (error) {
    return reportError(error, io);
  }
}

async function generateForever(options: GenerateOptions, io: CommandIo): Promise<ExitCode> {
  try {
    const { generateOnChange } = await import('./watch.js');
    const waiting = () => io.stdout.write('watching; press Ctrl+C to stop\n\n');
    await generateOnChange(options, {
      generated: (result) => {
        io.stdout.write(summary(result, io));
        tellWarnings(result, io);
        waiting();
      },
      failed: (error) => {
        reportError(error, io);
        waiting();
      },
    });
    return 0;
  } catch (error) {
    return reportError(error, io);
  }
}

/** On standard error, since `--check` too says that all is well: they change no exit code. */
function tellWarnings({ warnings, sources }: GenerateResult, io: CommandIo): void {
  if (warnings.length === 0) return;
  const options = { cwd: io.cwd, colors: io.stderr.hasColors?.() === true };
  io.stderr.write(`\n${formatWarnings(warnings, sources, options)}\n`);
}

function summary(result: GenerateResult, io: CommandIo): string {
  const { plan, bundles, written, unchanged, deleted } = result;
  const colors = colorsOf(io.stdout);
  const rows: (readonly [string, readonly string[]])[] = [
    ['messages', messageSizes(plan)],
    ['workers', plan.workers.map(({ name }) => workerSize(name, bundles))],
    ['written', written],
    ['deleted', deleted],
    [
      'unchanged',
      unchanged.length === 0 ? [] : [`${unchanged.length} ${unchanged.length === 1 ? 'file' : 'files'}`],
    ],
  ];
  const shown = rows.filter(([, items]) => items.length > 0);
  const body = shown.map(([label, items]) => `  ${colors.dim(label.padEnd(9))}  ${wrap(items)}`);
  const head = `${colors.green('sn-gen')} wrote ${colors.bold(shownPath(result.out, io.cwd))} in ${Math.round(result.ms)} ms`;
  return `${[head, ...body].join('\n')}\n`;
}

function messageSizes(plan: TopologyPlan): readonly string[] {
  return plan.messages.map(({ name, byteLength }) => `${name} ${byteLength} B`);
}

function workerSize(name: string, bundles: GenerateResult['bundles']): string {
  const bytes = bundles.find(({ worker }) => worker === name)?.bytes;
  return bytes === undefined ? name : `${name} ${(bytes / 1000).toFixed(1)} kB`;
}

/** Items in lines of at most about 90 characters, below each other. */
function wrap(items: readonly string[]): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length < 76) lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(item);
  }
  return lines.join(`,\n${' '.repeat(13)}`);
}

function driftText({ out, drift }: GenerateResult, options: GenerateOptions, io: CommandIo): string {
  const folder = shownPath(out, io.cwd);
  const lines = drift.map(({ path, state }) => `  ${state.padEnd(7)}  ${path}`);
  return [
    `${folder} is not what ${options.schema} generates:`,
    ...lines,
    `Run sn-gen ${options.schema} and commit the result. Nothing was written.`,
    '',
  ].join('\n');
}

function upToDateText({ out, ms }: GenerateResult, io: CommandIo): string {
  return `${shownPath(out, io.cwd)} is up to date (${Math.round(ms)} ms)\n`;
}
