/** Suite: measures rows. Those that nobody wants are not measured. */
import type { Row } from './statistics.js';

export type Suite = (wanted: Wanted) => Promise<readonly Row[]>;

/** Whether a row of this name was asked for. */
export type Wanted = (name: string) => boolean;
