/**
 * Breaking as text and as JSON: what differs, under what it breaks, with the reason and the way around.
 */
import type { Colors } from './command-io.js';
import { harmless } from './diagnostics.js';
import type { Difference } from './differences.js';
import { type Breaks, breaksOf, type Category, categoryOf, RULES, type RuleName } from './evolution.js';

export interface BreakingReport {
  /** Both as they are shown to the user. */
  readonly schema: string;
  readonly against: string;
  readonly differences: readonly Difference[];
  /** What makes the command fail. */
  readonly categories: readonly Breaks[];
}

const CATEGORIES: readonly Category[] = ['wire', 'source', 'compatible'];

const MEANINGS: Readonly<Record<Category, string>> = {
  wire: 'an old and a new build refuse each other (SN_SCHEMA_MISMATCH)',
  source: 'code that uses the topology no longer compiles, or does something else',
  compatible: 'breaks nothing',
};

/** Paths longer than this push their own line out, and no other. */
const MAX_PATH_LENGTH = 60;
/** Lists longer than this are cut in `was` and `is`. */
const MAX_VALUE_LENGTH = 60;

/** The differences that count as breaking. */
export function breakingOf({ differences, categories }: BreakingReport): readonly Difference[] {
  return differences.filter(({ rule }) => breaksOf(rule).some((broken) => categories.includes(broken)));
}

export function breakingText(report: BreakingReport, colors: Colors): string {
  const { schema, against, differences } = report;
  const head = `${colors.bold(schema)} against ${colors.bold(against)}`;
  if (differences.length === 0) return `${head}: no differences\n`;
  const blocks = CATEGORIES.flatMap((category) => categoryBlock(category, differences, colors));
  return `${[head, ...blocks, countLine(report, colors)].join('\n\n')}\n`;
}

/** For programs; `breaking` says whether the exit code is 1. */
export function breakingJson(report: BreakingReport): unknown {
  const { schema, against, differences } = report;
  return {
    schema,
    against,
    breaking: breakingOf(report).length > 0,
    counts: counts(differences),
    differences: differences.map(({ rule, path, was, is }) => {
      const { title, record, why, avoid } = RULES[rule];
      const category = categoryOf(rule);
      return { rule, title, category, breaks: breaksOf(rule), record, path, was, is, why, avoid };
    }),
  };
}

function categoryBlock(category: Category, all: readonly Difference[], colors: Colors): readonly string[] {
  const differences = all.filter(({ rule }) => categoryOf(rule) === category);
  if (differences.length === 0) return [];
  const paint = { wire: colors.red, source: colors.yellow, compatible: colors.green }[category];
  const rules = [...new Set(differences.map(({ rule }) => rule))];
  const blocks = rules.map((rule) => ruleBlock(rule, differences, colors));
  return [`${paint(colors.bold(category))}: ${MEANINGS[category]}`, ...blocks];
}

function ruleBlock(rule: RuleName, differences: readonly Difference[], colors: Colors): string {
  const { title, why, avoid } = RULES[rule];
  const both = breaksOf(rule).length === 2 ? ' (breaks source as well)' : '';
  const rows = differences.filter((difference) => difference.rule === rule);
  // Not `Math.max(...)`: a hostile file can give more rows than a call takes arguments.
  const width = Math.min(
    MAX_PATH_LENGTH,
    rows.reduce((most, { path }) => Math.max(most, path.length), 0),
  );
  return [
    `  ${colors.bold(title)}${both}`,
    ...rows.map(({ path, was, is }) =>
      `    ${harmless(path).padEnd(width)}  ${changeText(was, is)}`.trimEnd(),
    ),
    colors.dim(`    why: ${why}`),
    ...(avoid === '' ? [] : [colors.dim(`    instead: ${avoid}`)]),
  ].join('\n');
}

function changeText(was: string | undefined, is: string | undefined): string {
  if (was === undefined) return is === undefined ? '' : `new: ${cut(is)}`;
  return is === undefined ? `was ${cut(was)}` : `${cut(was)} -> ${cut(is)}`;
}

function cut(text: string): string {
  const clean = harmless(text);
  return clean.length > MAX_VALUE_LENGTH ? `${clean.slice(0, MAX_VALUE_LENGTH - 1)}…` : clean;
}

function countLine(report: BreakingReport, colors: Colors): string {
  const { wire, source, compatible } = counts(report.differences);
  const total = report.differences.length;
  const line = `${total} ${total === 1 ? 'difference' : 'differences'}: ${wire} wire, ${source} source, ${compatible} compatible`;
  const breaking = breakingOf(report).length;
  const verdict =
    breaking === 0 ? 'none is breaking' : `${breaking} ${breaking === 1 ? 'is' : 'are'} breaking`;
  const only = report.categories.length === 1 ? `, counting ${report.categories[0]} only` : '';
  return colors.bold(`${line}; ${verdict}${only}.`);
}

/** One that breaks both is counted in both. */
function counts(differences: readonly Difference[]): Readonly<Record<Category, number>> {
  const having = (broken: Breaks) => differences.filter(({ rule }) => breaksOf(rule).includes(broken)).length;
  return {
    wire: having('wire'),
    source: having('source'),
    compatible: differences.filter(({ rule }) => breaksOf(rule).length === 0).length,
  };
}
