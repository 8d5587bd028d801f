import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

type Keeper = Exclude<keyof typeof messages, 'OnRing' | 'Relay' | 'Got'>;

export type RoutesPool = PoolOf<typeof messages, { keeper: Keeper; ring: 'OnRing'; relay: 'Relay' }, 'Got'>;
