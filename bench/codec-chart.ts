/** The codec suite's chart: for each kind of message one panel of encoding and one of decoding, the fastest on top. */
import { type GroupMark, type Mark, parse, type Spec, View } from 'vega';
import type { Row } from './statistics.js';
import { type CodecOperation, codecRow } from './suites/codec.js';

const PANEL_WIDTH = 300;
const BAR_STEP = 16;
const LABEL_WIDTH = 180;
const PANEL_GAP = 46;
/** Nanoseconds; all panels share one axis. */
const DOMAIN = [1, 30_000];
const TICKS = [1, 10, 100, 1000, 10_000];
const COLUMNS: readonly Column[] = [
  { title: 'encode', operations: ['encode'] },
  { title: 'decode, or view of two fields', operations: ['decode', 'view'] },
];
const OURS = '#d1495b';
const PEERS = '#9aa5b1';
const INK = '#333333';

interface Column {
  readonly title: string;
  readonly operations: readonly CodecOperation[];
}

interface Bar {
  readonly label: string;
  readonly ns: number;
  readonly color: string;
}

/** @returns the SVG. */
export async function codecChart(rows: readonly Row[]): Promise<string> {
  const view = new View(parse(specOf(rows)), { renderer: 'none' });
  return await view.toSVG();
}

function specOf(rows: readonly Row[]): Spec {
  const kinds = [...new Set(rows.flatMap((row) => codecRow(row)?.kind ?? []))];
  const marks: GroupMark[] = [];
  let top = 0;
  for (const kind of kinds) {
    const panels = COLUMNS.map(({ operations }) => barsOf(rows, kind, operations));
    for (const [at, bars] of panels.entries())
      marks.push(panel(`${kind}: ${COLUMNS[at]?.title}, ns`, bars, at * (LABEL_WIDTH + PANEL_WIDTH), top));
    top += Math.max(...panels.map(({ length }) => length)) * BAR_STEP + PANEL_GAP;
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
      return [{ label, ns: row.median, color: about.contestant === 'sn-gen' ? OURS : PEERS }];
    })
    .sort((a, b) => a.ns - b.ns);
}

function panel(title: string, bars: readonly Bar[], x: number, y: number): GroupMark {
  const heightPixels = bars.length * BAR_STEP;
  return {
    type: 'group',
    title: { text: title, anchor: 'start', color: INK, fontSize: 12 },
    // The grid goes as far as the `height` that it finds, which would be the whole chart's.
    signals: [{ name: 'height', value: heightPixels }],
    data: [{ name: 'bars', values: [...bars] }],
    scales: [
      { name: 'ns', type: 'log', domain: DOMAIN, range: [0, PANEL_WIDTH] },
      {
        name: 'label',
        type: 'band',
        domain: bars.map(({ label }) => label),
        range: { step: BAR_STEP },
        padding: 0.2,
      },
    ],
    axes: [
      { orient: 'bottom', scale: 'ns', values: TICKS, format: ',', grid: true, domain: false, ticks: false },
      {
        orient: 'left',
        scale: 'label',
        domain: false,
        ticks: false,
        labelColor: INK,
        labelLimit: 0,
      },
    ],
    encode: {
      enter: {
        x: { value: x },
        y: { value: y },
        width: { value: PANEL_WIDTH },
        height: { value: heightPixels },
      },
    },
    marks: barMarks(),
  };
}

/** Each bar, and its figure at its end. */
function barMarks(): Mark[] {
  const middle = { scale: 'label', field: 'label', band: 0.5 };
  const figure = "format(datum.ns, datum.ns < 100 ? '.2r' : ',.0f')";
  return [
    {
      type: 'rect',
      from: { data: 'bars' },
      encode: {
        enter: {
          x: { value: 0 },
          x2: { scale: 'ns', field: 'ns' },
          y: { scale: 'label', field: 'label' },
          height: { scale: 'label', band: 1 },
          fill: { field: 'color' },
        },
      },
    },
    {
      type: 'text',
      from: { data: 'bars' },
      encode: {
        enter: {
          x: { scale: 'ns', field: 'ns', offset: 4 },
          y: middle,
          text: { signal: figure },
          baseline: { value: 'middle' },
          fontSize: { value: 10 },
          fill: { value: INK },
        },
      },
    },
  ];
}
