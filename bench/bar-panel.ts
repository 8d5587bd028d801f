/** A panel of horizontal bars on a logarithmic axis, each with its figure at its end: what the charts of several suites are made of. */
import { type GroupMark, type Mark, parse, type Spec, View } from 'vega';

export const OURS = '#d1495b';
export const PEERS = '#9aa5b1';
export const INK = '#333333';
const BAR_STEP = 16;

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly color: string;
  /** First and third quartile, drawn as a line. */
  readonly spread?: readonly [number, number];
}

export interface BarAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly widthPixels: number;
}

export async function svgOf(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none' });
  return await view.toSVG();
}

export function barPanelHeight(bars: readonly unknown[]): number {
  return bars.length * BAR_STEP;
}

export function barPanel(
  title: string,
  bars: readonly Bar[],
  axis: BarAxis,
  x: number,
  y: number,
): GroupMark {
  const labels = bars.map(({ label }) => label);
  const values = bars.map((bar) => ({ ...bar, low: bar.spread?.[0], high: bar.spread?.[1] ?? bar.value }));
  return { ...panelFrame(title, labels, axis, x, y), data: [{ name: 'bars', values }], marks: barMarks() };
}

/** A panel without its marks: a logarithmic scale `value`, a scale `label` with a line for each label. */
export function panelFrame(
  title: string,
  labels: readonly string[],
  axis: BarAxis,
  x: number,
  y: number,
): GroupMark {
  const heightPixels = barPanelHeight(labels);
  return {
    type: 'group',
    title: { text: title, anchor: 'start', frame: 'group', color: INK, fontSize: 12 },
    // The grid goes as far as the `height` that it finds, which would be the whole chart's.
    signals: [{ name: 'height', value: heightPixels }],
    scales: [
      { name: 'value', type: 'log', domain: [...axis.domain], range: [0, axis.widthPixels] },
      { name: 'label', type: 'band', domain: [...labels], range: { step: BAR_STEP }, padding: 0.2 },
    ],
    axes: [
      {
        orient: 'bottom',
        scale: 'value',
        values: [...axis.ticks],
        format: ',',
        grid: true,
        domain: false,
        ticks: false,
      },
      { orient: 'left', scale: 'label', domain: false, ticks: false, labelColor: INK, labelLimit: 0 },
    ],
    encode: {
      enter: {
        x: { value: x },
        y: { value: y },
        width: { value: axis.widthPixels },
        height: { value: heightPixels },
      },
    },
  };
}

function barMarks(): Mark[] {
  const middle = { scale: 'label', field: 'label', band: 0.5 };
  return [
    {
      type: 'rect',
      from: { data: 'bars' },
      encode: {
        enter: {
          x: { value: 0 },
          x2: { scale: 'value', field: 'value' },
          y: { scale: 'label', field: 'label' },
          height: { scale: 'label', band: 1 },
          fill: { field: 'color' },
        },
      },
    },
    {
      type: 'rule',
      from: { data: 'bars' },
      encode: {
        enter: {
          x: { scale: 'value', signal: 'datum.low || datum.value' },
          x2: { scale: 'value', field: 'high' },
          y: middle,
          stroke: { value: INK },
        },
      },
    },
    {
      type: 'text',
      from: { data: 'bars' },
      encode: {
        enter: {
          x: { scale: 'value', field: 'high', offset: 4 },
          y: middle,
          text: { signal: "format(datum.value, datum.value < 100 ? '.2r' : ',.0f')" },
          baseline: { value: 'middle' },
          fontSize: { value: 10 },
          fill: { value: INK },
        },
      },
    },
  ];
}
