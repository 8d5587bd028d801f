import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

export type RoutesPool = PoolOf<
  typeof messages,
  { keeper: 'ByKey' | 'ByTwoKeys' | 'InTurn' | 'ToAll' },
  'Got'
>;
