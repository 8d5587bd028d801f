import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

export type CirclePool = PoolOf<
  typeof messages,
  { ping: 'Serve' | 'Ask' | 'Ball'; pong: 'Ball' | 'Hold'; loner: 'Crowd' | 'Note' },
  'Found'
>;
