/** The codec suite's chart: for each kind of message one panel of encoding and one of decoding, the fastest on top. */
import type { GroupMark, Spec } from 'vega';
import { type Bar, type BarAxis, barPanel, barPanelHeight, OURS, PEERS, svgOf } from './bar-panel.js';
import type { Row } from './statistics.js';
import { type CodecOperation, codecRow } from './suites/codec.js';

const PANEL_WIDTH = 300;
const LABEL_WIDTH = 180;
const PANEL_GAP = 46;
/** Nanoseconds; all panels share one axis. */
const AXIS: BarAxis = { domain: [1, 30_000], ticks: [1, 10, 100, 1000, 10_000], widthPixels: PANEL_WIDTH };
const COLUMNS: readonly Column[] = [
  { title: 'encode', operations: ['encode'] },
  { title: 'decode, or view of two fields', operations: ['decode', 'view'] },
];

interface Column {
  readonly title: string;
  readonly operations: readonly CodecOperation[];
}

/** @returns the SVG. */
export function codecChart(rows: readonly Row[]): Promise<string> {
  return svgOf(specOf(rows));
}

function specOf(rows: readonly Row[]): Spec {
  const kinds = [...new Set(rows.flatMap((row) => codecRow(row)?.kind ?? []))];
  const marks: GroupMark[] = [];
  let top = 0;
  for (const kind of kinds) {
    const panels = COLUMNS.map(({ operations }) => barsOf(rows, kind, operations));
    for (const [at, bars] of panels.entries())
      marks.push(
        barPanel(`${kind}: ${COLUMNS[at]?.title}, ns`, bars, AXIS, at * (LABEL_WIDTH + PANEL_WIDTH), top),
      );
    top += Math.max(...panels.map(barPanelHeight)) + PANEL_GAP;
  }
  return {
    width: COLUMNS.length * (LABEL_WIDTH + PANEL_WIDTH) - LABEL_WIDTH,
    height: top - PANEL_GAP,
    padding: 12,
    background: 'white',
    marks,
  };
}

function barsOf(rows: readonly Row[], kind: string, operations: readonly CodecOperation[]): readonly Bar[] {
  return rows
    .flatMap((row) => {
      const about = codecRow(row);
      if (about?.kind !== kind || !operations.includes(about.operation)) return [];
      const label = about.operation === 'view' ? `${about.contestant} view` : about.contestant;
      return [{ label, value: row.median, color: about.contestant === 'sn-gen' ? OURS : PEERS }];
    })
    .sort((a, b) => a.value - b.value);
}
