import type { z } from 'zod';
import type { PoolOf } from '../../support/pool-of.js';
import type { calls, messages } from './schema.js';

type StepsOf = (typeof calls)['stepsOf'];
type SlowOf = (typeof calls)['slowOf'];

type Sends = PoolOf<
  typeof messages,
  { counts: 'Step' | 'Lap' | 'Tell' | 'Fail'; relay: 'Feed' | 'Turn'; waiting: 'Slow'; plain: 'Turn' },
  'Told' | 'Done'
>;

export type ResizingPool = Omit<Sends, 'counts' | 'waiting'> & {
  readonly counts: Sends['counts'] & {
    readonly call: {
      stepsOf(request: z.output<StepsOf['request']>): Promise<z.output<StepsOf['response']>>;
    };
  };
  readonly waiting: Sends['waiting'] & {
    readonly call: {
      slowOf(request: z.output<SlowOf['request']>): Promise<z.output<SlowOf['response']>>;
    };
  };
};
