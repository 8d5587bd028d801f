/**
 * The type of a fixture's generated pool, from the messages of its schema: the generated code itself is made when the tests
 * run, so that their own types cannot come from there. fixtures.test.ts holds the two together.
 */
import type { z } from 'zod';
import type {
  MessageStream,
  PoolBase,
  Receive,
  SendOptions,
  StreamOptions,
  WorkerControl,
} from '../../../runtime/index.js';

type Schemas = Readonly<Record<string, z.ZodObject>>;
type Value<Messages extends Schemas, Name> = Name extends keyof Messages ? z.output<Messages[Name]> : never;

export interface HandleOf<Messages extends Schemas, Names extends string> {
  readonly send: {
    readonly [Name in Names]: (
      value: Value<Messages, Name>,
      options?: SendOptions,
    ) => Promise<void> | undefined;
  };
  readonly trySend: { readonly [Name in Names]: (value: Value<Messages, Name>) => boolean };
  readonly instances: number;
  at(instance: number): HandleOf<Messages, Names>;
}

export type PoolOf<
  Messages extends Schemas,
  Workers extends Readonly<Record<string, string>>,
  Received extends string,
> = Pick<PoolBase, keyof PoolBase> & {
  readonly [Worker in keyof Workers]: HandleOf<Messages, Workers[Worker]> &
    Pick<WorkerControl, 'pause' | 'resume' | 'ping' | 'drain' | 'resize' | 'restart' | 'stats'>;
} & {
  readonly receive: {
    readonly [Name in Received]: (handler: Receive<Value<Messages, Name>>) => Disposable;
  };
  readonly stream: {
    readonly [Name in Received]: (options?: StreamOptions) => MessageStream<Value<Messages, Name>>;
  };
};
