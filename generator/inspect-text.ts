/**
 * Inspect as text: a table of the layout, what it costs, and a picture of the record, 8 bytes a row.
 */
import type { Colors } from './command-io.js';
import { harmless } from './diagnostics.js';
import { type InboxInspection, type MessageInspection, totalBytes } from './inspect.js';
import type { LayoutRow } from './layout-rows.js';
import type { ByteOwners, ByteRange } from './record-bytes.js';
import { bytesText, sizeText } from './size-text.js';

/** Columns of one byte in the picture, at least and at most. */
const MIN_CELL = 5;
const MAX_CELL = 10;
const ROW_BYTES = 8;
/** Rows that are shown of one field; equal ones count as one. */
const MAX_FIELD_ROWS = 3;

export function inspectionText(messages: readonly MessageInspection[], colors: Colors): string {
  return `${messages.map((message) => messageText(message, colors)).join('\n\n')}\n`;
}

function messageText(inspection: MessageInspection, colors: Colors): string {
  const { message, rows, owners, inboxes } = inspection;
  const { tailMaxBytes } = message;
  const tail = tailMaxBytes === undefined ? '' : `, and a tail of up to ${sizeText(tailMaxBytes)}`;
  const head = `${colors.bold(message.name)}  ${bytesText(message.byteLength)}${tail}`;
  const slots = [...envelopeLines(message), ...inboxes.map(slotLine)].map((line) => `  ${line}`);
  if (rows.length === 0) return [`${head}, no fields: a slot's header says it all`, ...slots].join('\n');
  return [
    head,
    ...table(rows, colors).map((line) => `  ${line}`),
    '',
    `  ${paddingLine(inspection)}`,
    `  ${packedLine(inspection)}`,
    ...versionLines(message).map((line) => `  ${line}`),
    ...slots,
    '',
    ...picture(owners, colors).map((line) => `  ${line}`),
  ].join('\n');
}

function table(rows: readonly LayoutRow[], colors: Colors): readonly string[] {
  const hasVersions = rows.some(({ since }) => since !== undefined);
  const cells = rows.map((row) => [
    `${'  '.repeat(row.depth)}${harmless(row.label)}`,
    harmless(row.type),
    row.offsetBytes === undefined ? '-' : `${row.inItem ? '+' : ''}${row.offsetBytes}`,
    String(row.byteLength),
    bitsText(row),
    ...(hasVersions ? [row.since === undefined ? '' : String(row.since)] : []),
  ]);
  const heading = ['field', 'type', 'offset', 'bytes', 'bits', ...(hasVersions ? ['since'] : [])];
  const widths = heading.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column < 2 || column >= 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [colors.dim(line(heading)), ...cells.map(line)];
}

/** `24.0` is the lowest bit of byte 24. */
function bitsText({ bits, inItem }: LayoutRow): string {
  if (bits === undefined) return '';
  const sign = inItem ? '+' : '';
  const first = `${sign}${bits.offsetBytes}.${bits.bit}`;
  if (bits.count === 1) return first;
  const last = bits.bit + bits.count - 1;
  if (last < 8) return `${first}-${last}`;
  return `${first} to ${sign}${bits.offsetBytes + (last >> 3)}.${last & 7}`;
}

function paddingLine({ padding, owners }: MessageInspection): string {
  if (padding.length === 0) return 'padding: none';
  const byPlace = new Map<string, ByteRange[]>();
  for (const range of padding) {
    const place = placeOf(range, owners);
    byPlace.set(place, [...(byPlace.get(place) ?? []), range]);
  }
  const places = [...byPlace].map(([place, ranges]) => {
    const at = ranges.length === 1 ? `at ${ranges[0]?.offsetBytes}` : `in ${ranges.length} places`;
    return `${totalBytes(ranges)} ${at} (${place})`;
  });
  return `padding: ${bytesText(totalBytes(padding))}: ${places.join(', ')}`;
}

/** The field that the padding stands behind. */
function placeOf({ offsetBytes, byteLength }: ByteRange, owners: ByteOwners): string {
  if (offsetBytes + byteLength === owners.length) return 'end';
  return harmless(owners[offsetBytes - 1] ?? 'start');
}

function packedLine({ message, unpackedBytes }: MessageInspection): string {
  const { byteLength } = message;
  const same = unpackedBytes === byteLength ? 'the same' : String(unpackedBytes);
  return `packed: ${bytesText(byteLength)}; in the order written it would be ${same}`;
}

/** What the record took in each version, of a message that has several. */
function versionLines({ versions = [] }: MessageInspection['message']): readonly string[] {
  const each = versions.map(({ version, byteLength }) => `${version} of ${bytesText(byteLength)}`);
  return each.length === 0 ? [] : [`versions: ${each.join(', ')}`];
}

/** What lies in front of the record in each slot. */
function envelopeLines({ envelope }: MessageInspection['message']): readonly string[] {
  if (envelope === undefined) return [];
  const fields = envelope.fields.map(({ name, offsetBytes }) => `${name} at ${offsetBytes}`).join(', ');
  return [`envelope: ${bytesText(envelope.byteLength)} in front of the record: ${fields}`];
}

function slotLine(inspected: InboxInspection): string {
  const { inbox, tag, strideBytes, unusedBytes, capacitySlots, ringBytes, laneBytes } = inspected;
  const unused = unusedBytes === 0 ? '' : `, ${unusedBytes} of them unused`;
  const ring = ringBytes === undefined ? '' : ` and a byte ring of ${sizeText(ringBytes)}`;
  const slots = `${capacitySlots} slots${ring}, ${sizeText(laneBytes)} a lane`;
  return `slot in ${inbox}: tag ${tag}, stride ${bytesText(strideBytes)}${unused}; ${slots}`;
}

function picture(owners: ByteOwners, colors: Colors): readonly string[] {
  const starts = Array.from({ length: owners.length / ROW_BYTES }, (_, row) => row * ROW_BYTES);
  const segmentsOf = (start: number) => segments(owners.slice(start, start + ROW_BYTES));
  const wish = starts.flatMap(segmentsOf).map(({ text, byteLength }) => (text.length + 3) / byteLength - 1);
  const cell = Math.min(
    MAX_CELL,
    wish.reduce((most, width) => Math.max(most, Math.ceil(width)), MIN_CELL),
  );
  const width = String(starts.at(-1) ?? 0).length;
  const lines: string[] = [];
  const run = { owner: '', body: '', shown: 0, left: 0 };
  const endRun = () => {
    if (run.left > 0) lines.push(colors.dim(`${' '.repeat(width)} … ${run.left} more of ${run.owner}`));
    run.left = 0;
  };
  for (const start of starts) {
    const row = segmentsOf(start);
    const body = row.map((segment) => segmentText(segment, cell)).join('|');
    const owner = onlyOwner(row);
    const isAlike = owner !== undefined && owner === run.owner;
    if (isAlike && (body === run.body || run.shown >= MAX_FIELD_ROWS)) {
      run.left++;
      continue;
    }
    endRun();
    lines.push(`${colors.dim(String(start).padStart(width))} |${body}|`);
    Object.assign(run, { owner: owner ?? '', body, shown: isAlike ? run.shown + 1 : 1 });
  }
  endRun();
  return lines;
}

/** The field that a row holds, padding aside, if it is one alone. */
function onlyOwner(row: readonly Segment[]): string | undefined {
  const owners = new Set(row.map(({ text }) => text).filter((text) => text !== '.'));
  return owners.size === 1 ? harmless([...owners][0] ?? '') : undefined;
}

interface Segment {
  readonly text: string;
  readonly byteLength: number;
}

/** Neighbouring bytes of one field; each byte of padding for itself, as a dot. */
function segments(row: ByteOwners): readonly Segment[] {
  const found: { text: string; byteLength: number }[] = [];
  for (const owner of row) {
    const last = found.at(-1);
    if (owner !== undefined && last?.text === owner) last.byteLength++;
    else found.push({ text: owner ?? '.', byteLength: 1 });
  }
  return found;
}

function segmentText({ text, byteLength }: Segment, cell: number): string {
  const width = byteLength * (cell + 1) - 1;
  const room = width - 2;
  const shown = harmless(text);
  return ` ${(shown.length > room ? `${shown.slice(0, room - 1)}…` : shown).padEnd(room)} `;
}
