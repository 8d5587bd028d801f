import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

export type ValidatedPool = PoolOf<
  typeof messages,
  { desk: 'Order' | 'Notice' | 'Photo' | 'Later' | 'Make'; plain: 'Order' },
  'Receipt' | 'Photo' | 'Got' | 'Caught'
>;
