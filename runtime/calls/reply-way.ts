/**
 * Reply way: the way back from an answerer to one caller.
 */
import type { LaneWriter } from '../lane-writer.js';
import type { CancelReader } from './cancels.js';

export interface ReplyWay {
  readonly lane: LaneWriter;
  /** The calls that the caller has given up. */
  readonly cancels: CancelReader;
  /** Counts a call that is answered with an error. */
  readonly countError: () => void;
}
