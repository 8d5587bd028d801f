/** The suite pools' chart: tasks and messages a second on two threads, a row of panels for each duration, the fastest on top. */
import type { GroupMark, Spec } from 'vega';
import { type Bar, type BarAxis, barPanel, barPanelHeight, OURS, PEERS, svgOf } from './bar-panel.js';
import { DURATIONS_US, type TaskKind, taskRow } from './pools/task-rows.js';
import type { Row } from './statistics.js';

const PANEL_WIDTH = 260;
const LABEL_WIDTH = 190;
const PANEL_GAP = 46;
/** Thousands a second; all panels share one axis. */
const AXIS: BarAxis = {
  domain: [1, 100_000],
  ticks: [1, 10, 100, 1000, 10_000, 100_000],
  widthPixels: PANEL_WIDTH,
};
const COLUMNS: readonly TaskKind[] = ['tasks', 'messages'];

/** @returns the SVG. */
export function poolsChart(rows: readonly Row[]): Promise<string> {
  return svgOf(specOf(rows));
}

function specOf(rows: readonly Row[]): Spec {
  const marks: GroupMark[] = [];
  let top = 0;
  for (const us of DURATIONS_US) {
    const panels = COLUMNS.map((kind) => barsOf(rows, kind, us));
    for (const [at, bars] of panels.entries())
      marks.push(
        barPanel(
          `${COLUMNS[at]} of ${us} us, thousands a second`,
          bars,
          AXIS,
          at * (LABEL_WIDTH + PANEL_WIDTH),
          top,
        ),
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

function barsOf(rows: readonly Row[], kind: TaskKind, us: number): readonly Bar[] {
  return rows
    .flatMap((row) => {
      const about = taskRow(row);
      if (about?.kind !== kind || about.us !== us) return [];
      const { contestant } = about;
      const color = contestant.startsWith('sn-gen') ? OURS : PEERS;
      return [{ label: contestant, value: row.median, spread: row.spread, color }];
    })
    .sort((a, b) => b.value - a.value);
}
