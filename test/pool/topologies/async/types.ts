import type { z } from 'zod';
import type { CallOptions, Receive, SendOptions } from '../../../../runtime/index.js';
import type { PoolOf } from '../../support/pool-of.js';
import type { calls, messages } from './schema.js';

type Calls = Omit<typeof calls, 'square'>;

export interface WorksCalls {
  readonly call: {
    readonly [Name in keyof Calls]: (
      request: z.output<Calls[Name]['request']>,
      options?: CallOptions,
    ) => Promise<z.output<Calls[Name]['response']>>;
  };
  readonly send: {
    Marked(
      value: { number: number },
      options?: SendOptions & { readonly correlation?: number },
    ): Promise<void> | undefined;
  };
}

type Sends = PoolOf<
  typeof messages,
  {
    works: 'Job' | 'Loose' | 'Burst' | 'Break' | 'Relay' | 'Done';
    strict: 'Job' | 'Loose';
    slow: 'Done';
    asker: 'Ask';
  },
  'Done' | 'Said'
>;

export type AsyncPool = Omit<Sends, 'works'> & {
  readonly works: Omit<Sends['works'], 'at'> & WorksCalls;
  readonly receive: {
    readonly Marked: (handler: Receive<{ number: number }, { correlation: number }>) => Disposable;
  };
};
