import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

export type WorkPool = PoolOf<
  typeof messages,
  {
    work:
      | 'Job'
      | 'Everyone'
      | 'Image'
      | 'Keep'
      | 'Held'
      | 'Later'
      | 'Flood'
      | 'Small'
      | 'SendWrong'
      | 'Whisper'
      | 'Fail'
      | 'Leave'
      | 'Log';
  },
  'Done' | 'Image' | 'Kept' | 'Seen' | 'Whispered' | 'Hello' | 'Ticked'
>;
