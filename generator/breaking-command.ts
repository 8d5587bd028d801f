/**
 * `sn-gen breaking`: compares a schema with the topology.json of an older build, for people and for CI. It writes no file.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BreakingReport, breakingJson, breakingOf, breakingText } from './breaking-text.js';
import {
  type CommandIo,
  colorsOf,
  type ExitCode,
  firstSentence,
  oneSchema,
  reportError,
  reportUsage,
} from './command-io.js';
import { comparePlans } from './compare-plans.js';
import { shownPath } from './diagnostics.js';
import type { Breaks } from './evolution.js';
import { planSchemaFile } from './generate.js';
import { readTopology } from './read-topology.js';

const USAGE = `Usage: sn-gen breaking <schema.ts> [options]

Compares a schema with the topology.json of an older build, and tells what each difference breaks:
  wire        an old and a new build refuse each other's records
  source      code that uses the topology no longer compiles, or does something else
  compatible  neither

  --against <topology.json>  the older one (default: topology.json in the output folder)
  --category <wire|source>   what counts as breaking (default: both); all is shown in any case
  --json                     the same as JSON
  --out <folder>             the output folder, relative to the schema (default: generated)
  --help                     show this

To compare with another commit: git show main:generated/topology.json > old.json

Writes no file. Exit codes: 0 no breaking difference; 1 a breaking difference, or a fault in your files;
2 anything else: the command line, a file that cannot be read, is no topology.json or of a newer version.
`;

interface Options {
  readonly schema: string;
  readonly out?: string;
  readonly against?: string;
  readonly categories: readonly Breaks[];
  readonly isJson: boolean;
}

export async function runBreaking(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(args);
  } catch (error) {
    return reportUsage(firstSentence(error), USAGE, io);
  }
  if (parsed.values.help === true) {
    io.stdout.write(USAGE);
    return 0;
  }
  const options = optionsOf(parsed);
  if ('problem' in options) return reportUsage(options.problem, USAGE, io);
  try {
    const report = await compare(options, io.cwd);
    io.stdout.write(
      options.isJson
        ? `${JSON.stringify(breakingJson(report), undefined, 2)}\n`
        : breakingText(report, colorsOf(io.stdout)),
    );
    return breakingOf(report).length > 0 ? 1 : 0;
  } catch (error) {
    return reportError(error, io);
  }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      against: { type: 'string' },
      category: { type: 'string' },
      json: { type: 'boolean' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function optionsOf({
  values,
  positionals,
}: ReturnType<typeof parseOptions>): Options | { readonly problem: string } {
  const found = oneSchema(positionals, 'sn-gen breaking');
  if ('problem' in found) return found;
  const { category, out, against, json } = values;
  if (category !== undefined && category !== 'wire' && category !== 'source') {
    return { problem: `--category must be wire or source: got ${JSON.stringify(category)}` };
  }
  if (out === '') return { problem: '--out must name a folder' };
  if (against === '') return { problem: '--against must name a topology.json' };
  return {
    schema: found.schema,
    ...(out === undefined ? {} : { out }),
    ...(against === undefined ? {} : { against }),
    categories: category === undefined ? ['wire', 'source'] : [category],
    isJson: json === true,
  };
}

async function compare({ schema, out, against, categories }: Options, cwd: string): Promise<BreakingReport> {
  const planned = await planSchemaFile({ schema, ...(out === undefined ? {} : { out }) });
  const file = against === undefined ? join(planned.out, 'topology.json') : resolve(against);
  const older = await readTopology(file);
  return {
    schema: shownPath(planned.schemaFile, cwd),
    against: shownPath(file, cwd),
    differences: comparePlans(older, planned.plan),
    categories,
  };
}
