/** Links as text: what the lanes between workers take, each link and all together. */
import { BUDGET_CORES, type Budget, type LinkBudget } from '../schema/links.js';
import type { Colors } from './command-io.js';
import { sizeText } from './size-text.js';

const HEADING = ['from', 'to', 'lanes', 'slots', 'a lane', 'replies', 'all'];
/** Columns of words; the others are numbers. */
const WORDS = 2;

export function linksText({ links, byteLength }: Budget, colors: Colors): string {
  const rows = [...links.map(rowOf), ['in all', '', '', '', '', '', sizeText(byteLength)]];
  const widths = HEADING.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < WORDS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    `${colors.bold('links')}  a lane from each thread to each; 'cores' counted as ${BUDGET_CORES}`,
    ...[colors.dim(line(HEADING)), ...rows.map(line)].map((text) => `  ${text}`),
    '',
  ].join('\n');
}

function rowOf(link: LinkBudget): readonly string[] {
  const { from, to, fromInstances, toInstances, capacitySlots, laneBytes, replyBytes, byteLength } = link;
  const replies = replyBytes === 0 ? '-' : sizeText(replyBytes);
  return [
    from,
    to,
    `${fromInstances} x ${toInstances}`,
    String(capacitySlots),
    sizeText(laneBytes),
    replies,
    sizeText(byteLength),
  ];
}
