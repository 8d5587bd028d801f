import type { z } from 'zod';
import type { CallOptions, MapOptions } from '../../../../runtime/index.js';
import type { PoolOf } from '../../support/pool-of.js';
import type { calls, messages } from './schema.js';

type Calls = Omit<typeof calls, 'double'>;

export interface DeskCalls {
  readonly call: {
    readonly [Name in keyof Calls]: (
      request: z.output<Calls[Name]['request']>,
      options?: CallOptions,
    ) => Promise<z.output<Calls[Name]['response']>>;
  };
  readonly map: {
    readonly [Name in keyof Calls]: (
      requests: Iterable<z.output<Calls[Name]['request']>> | AsyncIterable<z.output<Calls[Name]['request']>>,
      options?: MapOptions,
    ) => AsyncGenerator<z.output<Calls[Name]['response']>, void, undefined>;
  };
  at(instance: number): DeskCalls;
}

type Sends = PoolOf<typeof messages, { desk: 'Add'; clerk: 'Sum' | 'SumOwn' }, 'Total'>;

export type CallsPool = Omit<Sends, 'desk'> & {
  readonly desk: Omit<Sends['desk'], 'at'> & Omit<DeskCalls, 'at'> & { at(instance: number): Desk };
};

type Desk = ReturnType<Sends['desk']['at']> & DeskCalls;
