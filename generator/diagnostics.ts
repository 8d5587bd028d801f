/**
 * Diagnostics: faults as text for people.
 *
 *     SN1012 schema.ts:14:3 Flight.origin: the field has a type without a fixed layout
 *       13 | const Flight = z.object({
 *     > 14 |   origin: z.any(),
 *          |   ^^^^^^
 *       15 |   delay: z.int32(),
 *     help: use ascii(3)
 *
 * Pure: the caller hands in the sources that the frames are cut from.
 */
import { isAbsolute, relative, sep } from 'node:path';
import pc from 'picocolors';
import type { InputError, Place, PlacedFault, PlacedWarning, Sources } from './faults.js';

/** Lines shown before and after the one with the fault. */
const CONTEXT_LINES = 1;
/** A line longer than this is cut, so that a minified one does not fill the screen. */
const MAX_LINE_LENGTH = 160;

export interface DiagnosticsOptions {
  /** Paths are shown relative to this folder. */
  readonly cwd: string;
  readonly colors: boolean;
}

type Colors = ReturnType<typeof pc.createColors>;

/** All faults in the order of their places, with code frames and a closing line. */
export function formatFaults(
  faults: readonly PlacedFault[],
  sources: Sources,
  options: DiagnosticsOptions,
): string {
  const colors = pc.createColors(options.colors);
  const blocks = faults.map((fault) => formatOne(fault, sources, options.cwd, colors, colors.red));
  const closing = `${counted(faults, 'fault', options.cwd)}; nothing was written.`;
  return [...blocks, colors.bold(closing)].join('\n\n');
}

/** The same of warnings, which stop nothing. */
export function formatWarnings(
  warnings: readonly PlacedWarning[],
  sources: Sources,
  options: DiagnosticsOptions,
): string {
  const colors = pc.createColors(options.colors);
  const blocks = warnings.map((warning) => formatOne(warning, sources, options.cwd, colors, colors.yellow));
  return [...blocks, colors.bold(`${counted(warnings, 'warning', options.cwd)}.`)].join('\n\n');
}

/** A fault of what the command was given beside the schema: code, subject, problem and help. */
export function formatInputError(error: InputError, { cwd, colors: isColored }: DiagnosticsOptions): string {
  const colors = pc.createColors(isColored);
  const subject = isAbsolute(error.subject) ? shownPath(error.subject, cwd) : error.subject;
  return [
    `${colors.red(error.code)} ${colors.cyan(harmless(subject))}: ${harmless(error.message)}`,
    `${colors.green('help:')} ${harmless(error.help)}`,
  ].join('\n');
}

/** By file (the first one is the schema), then line, then column, then code; equal ones once. */
export function sortByPlace<Found extends PlacedFault | PlacedWarning>(
  found: readonly Found[],
  schemaFile: string,
): readonly Found[] {
  const rank = (file: string) => (file === schemaFile ? '' : file);
  const order = (a: Found, b: Found) =>
    compare(rank(a.place.file), rank(b.place.file)) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    compare(a.code, b.code);
  const once = new Map(found.map((one) => [JSON.stringify(one), one]));
  return [...once.values()].sort(order);
}

/** A file's path as people write it: relative, with forward slashes. */
export function shownPath(file: string, cwd: string): string {
  return relative(cwd, file).split(sep).join('/') || '.';
}

function formatOne(
  fault: PlacedFault | PlacedWarning,
  sources: Sources,
  cwd: string,
  colors: Colors,
  paint: (text: string) => string,
): string {
  const { file, line, column } = fault.place;
  const where = `${shownPath(file, cwd)}:${line}:${column}`;
  const subject = subjectOf(fault.path);
  const head = [
    paint(fault.code),
    colors.cyan(where),
    ...(subject === '' ? [] : [colors.bold(`${harmless(subject)}:`)]),
    harmless(fault.problem),
  ].join(' ');
  const frame = codeFrame(fault.place, sources.get(file), colors, paint);
  return [head, ...frame, `${colors.green('help:')} ${harmless(fault.help)}`].join('\n');
}

/** `['messages', 'Flight', 'origin']` is `Flight.origin`: the section goes without saying. */
function subjectOf(path: readonly string[]): string {
  return (path.length > 1 ? path.slice(1) : path).join('.');
}

function codeFrame(
  place: Place,
  text: string | undefined,
  colors: Colors,
  paint: (text: string) => string,
): readonly string[] {
  if (text === undefined || text === '') return [];
  const lines = text.split(/\r\n|\r|\n/);
  const first = Math.max(1, place.line - CONTEXT_LINES);
  const last = Math.min(lines.length, place.line + CONTEXT_LINES);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const line = lines[number - 1] ?? '';
    const isPlace = number === place.line;
    if (line.trim() === '' && !isPlace) continue;
    const gutter = `${isPlace ? '>' : ' '} ${String(number).padStart(width)} |`;
    frame.push(`${colors.dim(gutter)} ${visible(line)}`.trimEnd());
    if (!isPlace) continue;
    const under = underline(line, place);
    if (under !== '') frame.push(`${colors.dim(`  ${' '.repeat(width)} |`)} ${paint(under)}`);
  }
  return frame;
}

/** Blanks up to the column, tabs kept so that it stands right whatever a tab's width is, then carets. */
function underline(line: string, place: Place): string {
  const start = place.column - 1;
  if (start >= MAX_LINE_LENGTH) return '';
  const indent = line.slice(0, start).replace(/[^\t]/g, ' ').padEnd(start);
  const length = Math.max(1, Math.min(place.length, line.length - start, MAX_LINE_LENGTH - start));
  return indent + '^'.repeat(length);
}

function visible(line: string): string {
  const clean = harmless(line);
  return clean.length > MAX_LINE_LENGTH ? `${clean.slice(0, MAX_LINE_LENGTH)}...` : clean;
}

/** The text without control characters, which could repaint the terminal or turn its direction. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** `2 faults in schema.ts` */
function counted(
  found: readonly { readonly place: Place }[],
  what: 'fault' | 'warning',
  cwd: string,
): string {
  const files = [...new Set(found.map(({ place }) => shownPath(place.file, cwd)))];
  return `${found.length} ${what}${found.length === 1 ? '' : 's'} in ${listed(files)}`;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  if (names.length > 3) return `${names.length} files`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
