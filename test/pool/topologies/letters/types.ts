import type {
  Claim,
  CorrelationOption,
  Participant,
  SendOptions,
  TraceContext,
  TraceOption,
} from '../../../../runtime/index.js';
import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

type Options = SendOptions & CorrelationOption & TraceOption;

interface Reply {
  readonly correlation: number;
  readonly source: Participant;
  readonly trace: TraceContext | undefined;
  readonly id: number;
}

/** What the general type of a pool does not say of messages with envelopes. */
interface Letters {
  readonly post: {
    readonly send: {
      Letter(value: { key: string; x: number }, options?: Options): Promise<void> | undefined;
      Parcel(value: { x: number; content: Uint8Array }, options?: Options): Promise<void> | undefined;
    };
    readonly trySend: {
      Letter(value: { key: string; x: number }, options?: CorrelationOption & TraceOption): boolean;
      Parcel(value: { x: number; content: Uint8Array }, options?: CorrelationOption & TraceOption): boolean;
    };
    readonly claim: {
      Letter(key: { key: string }, options?: Options): Claim<{ x: number }>;
      Parcel(options?: Options & { tailBytes?: number }): Claim<{ x: number; content: Uint8Array }>;
      Notice(options?: SendOptions): Claim<{ x: number }>;
    };
  };
  readonly receive: { Reply(handler: (reply: { x: number }, envelope: Reply) => void): Disposable };
}

export type LettersPool = Letters &
  PoolOf<typeof messages, { post: 'Letter' | 'Parcel' | 'Essay' | 'Notice' }, 'Seen' | 'Essay'>;
