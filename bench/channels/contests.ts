/** What the groups of contests of the suite `channels` are made of. */
import type { Contest } from '../contestant.js';

export const RATE = 'million messages/s';
export const TIME = 'us';

/** Contests that take turns. The first one is ours and is told against each yardstick. */
export type Group = readonly ChannelContest[];

export interface ChannelContest extends Contest {
  readonly unit: typeof RATE | typeof TIME | 'ns';
  readonly isYardstick?: boolean;
}

/** A contest but for what is run. */
export type ContestDetails = Omit<ChannelContest, keyof Program>;

/** A measured program. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

export function nodeProgram(file: string): Program {
  return { command: process.execPath, args: [file] };
}

export function nativeProgram(binary: string | undefined): Program | undefined {
  return binary === undefined ? undefined : { command: binary, args: [] };
}

/** A contest of `program`; none where it could not be built. */
export function contestOf(
  program: Program | undefined,
  contest: ContestDetails,
  ...args: readonly string[]
): Group {
  if (program === undefined) return [];
  return [{ ...contest, command: program.command, args: [...program.args, ...args] }];
}
