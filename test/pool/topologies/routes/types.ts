import type { z } from 'zod';
import type { Claim } from '../../../../runtime/index.js';
import type { PoolOf } from '../../support/pool-of.js';
import type { calls, messages } from './schema.js';

type Calls = typeof calls;
type Keeper = Exclude<keyof typeof messages, 'OnRing' | 'Relay' | 'Got'>;

/** What tests use of the keeper beside its senders; emitted writers have setters for all fields. */
interface KeeperMore {
  readonly claim: {
    ByRange(key: { price: number }): Claim<{ id: number; note: string }>;
    Balanced(): Claim<{ id: number; waits: boolean }>;
    ByRule(): Claim<{ id: number; name: string }>;
    ByLongRule(): Claim<{ id: number; name: string }>;
  };
  readonly call: {
    readonly [Name in keyof Calls]: (
      request: z.output<Calls[Name]['request']>,
    ) => Promise<z.output<Calls[Name]['response']>>;
  };
}

type Sends = PoolOf<typeof messages, { keeper: Keeper; ring: 'OnRing'; relay: 'Relay' }, 'Got'>;

export type RoutesPool = Omit<Sends, 'keeper'> & { readonly keeper: Sends['keeper'] & KeeperMore };
