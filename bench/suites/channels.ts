/**
 * Channels: generated pools and channels between threads, beside `postMessage`, ringbuf.js, crossbeam-channel, flume, a C++ ring and
 * memcpy, round by round in turn.
 *
 * A group's contestants take turns; groups run one after the other, so that idle pools of others do not take part.
 */
import { type ChannelContest, type Group, TIME } from '../channels/contests.js';
import { latencyGroups } from '../channels/latency.js';
import { buildNativePrograms } from '../channels/native-programs.js';
import { poolGroups } from '../channels/pools.js';
import { throughputGroups } from '../channels/throughput.js';
import { type Contestant, interleave } from '../contestant.js';
import { type Row, rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 9;

export const channels: Suite = async (wanted) => {
  const rows: Row[] = [];
  for (const group of await groups()) {
    const [ours] = group as [ChannelContest];
    const isCompared = (one: ChannelContest): boolean =>
      one.isYardstick === true && wanted(versus(ours, one));
    const contests = group.filter(
      (one) => wanted(one.name) || isCompared(one) || (one === ours && group.some(isCompared)),
    );
    if (contests.length === 0) continue;
    const contestants = await interleave(contests, ROUNDS);
    rows.push(
      ...contestants.flatMap((contestant) => contestant.rows()),
      ...ratios(ours, new Map(contests.map((contest, at) => [contest, contestants[at] as Contestant]))),
    );
  }
  return rows;
};

async function groups(): Promise<readonly Group[]> {
  const native = buildNativePrograms();
  return [
    ...(await poolGroups(native)),
    ...(await throughputGroups(native)),
    ...(await latencyGroups(native)),
  ];
}

/** How many times a yardstick's rate, or its time, ours is, round by round. */
function ratios(ours: ChannelContest, measured: ReadonlyMap<ChannelContest, Contestant>): readonly Row[] {
  const samples = measured.get(ours)?.samples;
  if (samples === undefined) return [];
  return [...measured]
    .filter(([{ isYardstick }]) => isYardstick === true)
    .map(([yardstick, other]) =>
      rowOf(
        versus(ours, yardstick),
        ours.unit === TIME ? 'x its time' : 'x',
        samples.map((value, round) => value / (other.samples[round] as number)),
      ),
    );
}

function versus(ours: ChannelContest, other: ChannelContest): string {
  const [, contestant = other.name] = other.name.split(': ');
  return `${ours.name} against ${contestant}`;
}
