/**
 * `sn-gen inspect`: shows how each message lies in memory, and what the links between workers take. It writes no file.
 */
import { parseArgs } from 'node:util';
import { suggest } from '../schema/faults.js';
import { budgetOf } from '../schema/links.js';
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
import { InputError } from './faults.js';
import { planSchemaFile } from './generate.js';
import { inspectionJson, inspectMessage, type MessagePlan } from './inspect.js';
import { inspectionText } from './inspect-text.js';
import { linksText } from './links-text.js';

const USAGE = `Usage: sn-gen inspect <schema.ts> [options]

Shows for each message where its fields lie, what is padding, and what a slot and a lane of it take.
Offsets count from the start of the record; those with a + from the start of a list's item. Bits are
written as byte.bit. "In the order written" is what a compiler of C would make of the same fields.
Then for each link between workers what its lanes take, and all of them together.

  --message <name>  this message only, and no links
  --json            the same as JSON, with the whole layout
  --out <folder>    where the generated code is, relative to the schema (default: generated)
  --help            show this

Writes no file. Exit codes: 0 done; 1 a fault in your files; 2 anything else.
`;

export async function runInspect(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(args);
  } catch (error) {
    return reportUsage(firstSentence(error), USAGE, io);
  }
  const { values, positionals } = parsed;
  if (values.help === true) {
    io.stdout.write(USAGE);
    return 0;
  }
  const found = oneSchema(positionals, 'sn-gen inspect');
  if ('problem' in found) return reportUsage(found.problem, USAGE, io);
  if (values.out === '') return reportUsage('--out must name a folder', USAGE, io);
  try {
    const { plan } = await planSchemaFile({
      schema: found.schema,
      ...(values.out === undefined ? {} : { out: values.out }),
    });
    const inspected = chosenMessages(plan, values.message).map((message) => inspectMessage(plan, message));
    const budget = values.message === undefined ? budgetOf(plan) : undefined;
    if (values.json === true) {
      io.stdout.write(`${JSON.stringify(inspectionJson(plan, inspected, budget), undefined, 2)}\n`);
      return 0;
    }
    const colors = colorsOf(io.stdout);
    io.stdout.write(inspectionText(inspected, colors));
    if (budget !== undefined) io.stdout.write(`\n${linksText(budget, colors)}`);
    return 0;
  } catch (error) {
    return reportError(error, io);
  }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      message: { type: 'string' },
      json: { type: 'boolean' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function chosenMessages({ messages }: TopologyPlan, name: string | undefined): readonly MessagePlan[] {
  if (name === undefined) return messages;
  const chosen = messages.filter((message) => message.name === name);
  if (chosen.length > 0) return chosen;
  const names = messages.map((message) => message.name);
  const help = suggest(name, names, 'the messages');
  throw new InputError('SN1074', '--message', `the schema has no message ${JSON.stringify(name)}`, help);
}
