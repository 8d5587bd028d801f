/**
 * The suite channels' chart: throughput, a panel for each shape and payload, the fastest on top; below it round trips, from their
 * median to the 99.9th percentile.
 */
import type { GroupMark, Mark, Spec } from 'vega';
import {
  type Bar,
  type BarAxis,
  barPanel,
  barPanelHeight,
  INK,
  OURS,
  PEERS,
  panelFrame,
  svgOf,
} from './bar-panel.js';
import { throughputRow, tripPercentile, WAYS, type Way } from './channels/rows.js';
import type { Row } from './statistics.js';

const PANEL_WIDTH = 190;
const LABEL_WIDTH = 176;
const COLUMN_WIDTH = LABEL_WIDTH + PANEL_WIDTH;
/** Titles of these panels are sentences: two stand side by side. */
const TRIP_COLUMNS = 2;
const TRIP_COLUMN_WIDTH = 1.5 * COLUMN_WIDTH;
const PANEL_GAP = 46;
const HEADING_HEIGHT = 62;
/** Million messages a second; all panels share one axis. */
const RATES: BarAxis = { domain: [0.05, 1000], ticks: [0.1, 1, 10, 100, 1000], widthPixels: PANEL_WIDTH };
/** Microseconds. */
const TRIPS: BarAxis = { domain: [0.5, 5000], ticks: [1, 10, 100, 1000], widthPixels: PANEL_WIDTH };
/** What moves records and waits for nobody, or is no channel at all. */
const BOUNDS = new Set(['C++ ring', 'C++ rings', 'memcpy, in and out', 'memcpy, core to core']);
const BOUND = '#cfd6dd';
/** A title and what must be known to read the panels below it. Vega takes long lines for longer than they are. */
const THROUGHPUT = [
  'Channels between worker threads, million messages/s',
  'Medians and quartiles. 4096 slots. p: producers, c: consumers. Pale: what bounds them.',
] as const;
const LATENCY = [
  'One message there and one back, microseconds',
  'Dots: 50th, 90th, 99th and 99.9th percentile. Figures: 50th, 99th.',
] as const;

interface Trip {
  readonly contestant: string;
  readonly color: string;
  /** By percentile. */
  readonly tookUs: ReadonlyMap<number, number>;
}

/** @returns the SVG. */
export function channelsChart(rows: readonly Row[]): Promise<string> {
  return svgOf(specOf(rows));
}

function specOf(rows: readonly Row[]): Spec {
  const about = rows.flatMap((row) => throughputRow(row) ?? []);
  const shapes = [...new Set(about.map(({ shape }) => shape))];
  const payloads = [...new Set(about.map(({ bytes }) => bytes))];
  const marks: GroupMark[] = [heading(THROUGHPUT, 0)];
  let top = HEADING_HEIGHT;
  for (const shape of shapes) {
    const panels = payloads.map((bytes) => barsOf(rows, shape, bytes));
    for (const [at, bars] of panels.entries())
      marks.push(barPanel(`${shape}, ${payloads[at]} bytes`, bars, RATES, at * COLUMN_WIDTH, top));
    top += Math.max(...panels.map(barPanelHeight)) + PANEL_GAP;
  }
  marks.push(heading(LATENCY, top));
  top += HEADING_HEIGHT;
  const ways = (Object.keys(WAYS) as Way[]).map((way) => ({ way, trips: tripsOf(rows, way) }));
  for (let first = 0; first < ways.length; first += TRIP_COLUMNS) {
    const panels = ways.slice(first, first + TRIP_COLUMNS);
    for (const [at, { way, trips }] of panels.entries())
      marks.push(tripPanel(WAYS[way], trips, at * TRIP_COLUMN_WIDTH, top));
    top += Math.max(...panels.map(({ trips }) => barPanelHeight(trips))) + PANEL_GAP;
  }
  return {
    width: payloads.length * COLUMN_WIDTH - LABEL_WIDTH,
    height: top - PANEL_GAP,
    padding: 12,
    background: 'white',
    marks,
  };
}

function heading([title, note]: readonly [string, string], y: number): GroupMark {
  const lines = [
    { text: title, dy: 0, fontSize: 15, fontWeight: 'bold' },
    { text: note, dy: 18, fontSize: 11, fontWeight: 'normal' },
  ] as const;
  return {
    type: 'group',
    marks: lines.map(({ text, dy, fontSize, fontWeight }) => ({
      type: 'text',
      encode: {
        enter: {
          x: { value: -LABEL_WIDTH + 10 },
          y: { value: y + dy },
          text: { value: text },
          fontSize: { value: fontSize },
          fontWeight: { value: fontWeight },
          fill: { value: INK },
        },
      },
    })),
  };
}

function barsOf(rows: readonly Row[], shape: string, bytes: number): readonly Bar[] {
  return rows
    .flatMap((row) => {
      const about = throughputRow(row);
      if (about?.shape !== shape || about.bytes !== bytes) return [];
      const { contestant } = about;
      return [{ label: contestant, value: row.median, spread: row.spread, color: colorOf(contestant) }];
    })
    .sort((a, b) => b.value - a.value);
}

function tripsOf(rows: readonly Row[], way: Way): readonly Trip[] {
  const trips = new Map<string, Map<number, number>>();
  for (const row of rows) {
    const about = tripPercentile(row);
    if (about?.way !== way) continue;
    const tookUs = trips.get(about.contestant) ?? new Map<number, number>();
    trips.set(about.contestant, tookUs.set(about.percentile, row.median));
  }
  return [...trips]
    .map(([contestant, tookUs]) => ({ contestant, tookUs, color: colorOf(contestant) }))
    .sort((a, b) => (a.tookUs.get(50) ?? 0) - (b.tookUs.get(50) ?? 0));
}

function colorOf(contestant: string): string {
  if (contestant === 'sn-gen') return OURS;
  return BOUNDS.has(contestant) ? BOUND : PEERS;
}

/** Each contestant a line from the lowest percentile to the highest, with a dot on each of them. */
function tripPanel(title: string, trips: readonly Trip[], x: number, y: number): GroupMark {
  const labels = trips.map(({ contestant }) => contestant);
  const dots = trips.flatMap(({ contestant: label, color, tookUs }) =>
    [...tookUs].map(([percentile, us]) => ({ label, color, percentile, us })),
  );
  const lines = trips.map(({ contestant: label, color, tookUs }) => {
    const [p50 = 0, p99 = 0] = [50, 99].map((percentile) => tookUs.get(percentile));
    const [low, high] = [Math.min(...tookUs.values()), Math.max(...tookUs.values())];
    return { label, color, low, high, p50, p99 };
  });
  return {
    ...panelFrame(title, labels, TRIPS, x, y),
    data: [
      { name: 'lines', values: lines },
      { name: 'dots', values: dots },
    ],
    marks: tripMarks(),
  };
}

function tripMarks(): Mark[] {
  const middle = { scale: 'label', field: 'label', band: 0.5 };
  const figure = (value: string): string => `format(${value}, ${value} < 100 ? '.2r' : ',.0f')`;
  return [
    {
      type: 'rule',
      from: { data: 'lines' },
      encode: {
        enter: {
          x: { scale: 'value', field: 'low' },
          x2: { scale: 'value', field: 'high' },
          y: middle,
          stroke: { field: 'color' },
          strokeWidth: { value: 2 },
        },
      },
    },
    {
      type: 'symbol',
      from: { data: 'dots' },
      encode: {
        enter: {
          x: { scale: 'value', field: 'us' },
          y: middle,
          size: { signal: 'datum.percentile === 50 ? 60 : 24' },
          fill: { field: 'color' },
        },
      },
    },
    {
      type: 'text',
      from: { data: 'lines' },
      encode: {
        enter: {
          x: { scale: 'value', field: 'high', offset: 7 },
          y: middle,
          text: { signal: `${figure('datum.p50')} + ', ' + ${figure('datum.p99')}` },
          baseline: { value: 'middle' },
          fontSize: { value: 10 },
          fill: { value: INK },
        },
      },
    },
  ];
}
