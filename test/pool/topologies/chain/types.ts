import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

export type ChainPool = PoolOf<
  typeof messages,
  { first: 'Step' | 'Flush'; second: 'Second' | 'Flushed'; hopper: 'Hop' },
  'Third' | 'Count' | 'Landed'
>;
