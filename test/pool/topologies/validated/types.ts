import type { Claim } from '../../../../runtime/index.js';
import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

/** The claims that tests open. */
interface Claims {
  Notice(): Claim<{ id: number }>;
  Photo(): Claim<{ id: number; pixels: Uint8Array }>;
}

export type ValidatedPool = PoolOf<
  typeof messages,
  { desk: 'Order' | 'Notice' | 'Photo' | 'Later' | 'Make'; plain: 'Order' },
  'Receipt' | 'Photo' | 'Got' | 'Caught'
> & { readonly desk: { readonly claim: Claims } };
