/**
 * The topology as the user writes it: messages, workers, and who sends what to whom.
 *
 * Nothing is checked here at run time: `describeTopology` does that, all at once. The types do the same in the
 * editor. How they get there: `topology` learns the messages and the workers' names first (see
 * `declaration.ts`), and `worker` takes them as `Messages` and `Worker` from the place where it stands. What a
 * worker sends to another is checked last, when all of them are known.
 */
import type { CallDeclaration } from './call.js';
import { declare } from './declaration.js';
import type { MessageDeclaration, MessageSchema } from './message.js';
import type { KeyField, Route } from './routes.js';

const TOPOLOGY = Symbol.for('sn-gen.topology');

/** A message's name is its key. */
export type Messages = { readonly [name: string]: MessageSchema | MessageDeclaration };

/** A call's name is its key. */
export type Calls = { readonly [name: string]: CallDeclaration };

export interface WorkerOptions<
  Messages,
  Worker,
  Receives extends string,
  Sends,
  Calls,
  Answers extends string,
> {
  /** The module whose default export handles the messages, relative to the schema's file. */
  readonly handler: string;
  /**
   * How many threads: 1 to 256, or `'cores'` for one on each core, counted when the pool starts. Default 1. Between `min` (default 1)
   * and `max` the worker can be resized while it runs; with `idleMs` the pool does that by itself.
   */
  readonly instances?:
    | number
    | 'cores'
    | { readonly min?: number | 'cores'; readonly max: number | 'cores'; readonly idleMs?: number };
  /** Slots of each sender's lane into an instance: a power of two up to 2^20. Default 1024. */
  readonly capacity?: number;
  /** Milliseconds between two calls of the handler's `tick`. Without it there is no tick. */
  readonly tickMs?: number;
  /**
   * Where its threads run: `'spread'` gives each a core of its own, far from the others; `'compact'` puts them side by side, where they
   * share caches; a list pins instance `i` to `cpus[i % cpus.length]`. Needs the package `koffi` in your program. Default `'none'`.
   */
  readonly affinity?: 'none' | 'spread' | 'compact' | readonly number[];
  /** Priority of its threads, from -20 (first) to 19 (last), on Linux; below 0 it needs a privilege. Default: as the host's. */
  readonly priority?: number;
  /**
   * Leaves its sends and calls out where cycles of blocking sends are looked for: write it where you know that they end in no deadlock,
   * because there is never more under way than the lanes hold, or because you catch `SN_DEADLOCK`.
   */
  readonly cycles?: 'accepted';
  /** The messages that it takes, each with the route that picks an instance. */
  readonly receives?: {
    readonly [Name in Receives]: Name extends keyof Messages
      ? Route<KeyField<Messages[Name]>>
      : '(no message of this name is declared in messages)';
  } & { readonly [Name in keyof Messages]?: unknown };
  /** The calls that it answers, each with the route by which a request picks an instance. */
  readonly answers?: {
    readonly [Name in Answers]: Name extends keyof Calls
      ? Route<KeyField<RequestOf<Calls[Name]>>>
      : '(no call of this name is declared in calls)';
  } & { readonly [Name in keyof Calls]?: unknown };
  /** Whom it sends to, a worker's name or `'main'`, and which messages and calls. */
  readonly sends?: {
    readonly [Target in keyof Sends]: Target extends Worker | 'main'
      ? readonly (Sends[Target] extends keyof Messages | NamesOf<Calls>
          ? Sends[Target]
          : keyof Messages | NamesOf<Calls>)[]
      : '(no worker of this name is declared in workers)';
  } & { readonly [Target in (Worker & string) | 'main']?: readonly unknown[] };
}

/** None where nothing is known of the calls. */
type NamesOf<Calls> = Known<keyof Calls>;

type RequestOf<Call> = Call extends CallDeclaration<infer Request> ? Request : never;

/** Whether a worker's handlers may wait. */
export type Waits =
  | {
      /** Handlers never wait: each message is handled before the next one. The default. */
      readonly async?: false;
      /** Of async workers only. */
      readonly concurrency?: never;
    }
  | {
      /** Handlers get plain objects in place of views, and may return promises. */
      readonly async: true;
      /** How many of an instance's handlers run at a time: 1 to 65,536. Default 64. */
      readonly concurrency?: number;
    };

/** One worker, for a topology with these messages, workers and calls. */
export type WorkerDeclaration<
  Messages,
  Worker,
  Receives extends string,
  Sends,
  Calls,
  Answers extends string,
> = (
  context: Context<Messages, Worker, Calls>,
) => WorkerOptions<Messages, Worker, Receives, Sends, Calls, Answers>;

/** Carries the topology's messages, calls and its workers' names into `worker()`; no value of it is ever made. */
interface Context<Messages, Worker, Calls> {
  readonly messages: Messages;
  readonly worker: Worker;
  readonly calls: Calls;
}

/** A worker, whatever it takes and sends, for a topology with these messages, workers and calls. */
type WorkerIn<Messages, Worker, Calls> = (context: Context<Messages, Worker, Calls>) => object;

/** What each worker sends that its target does not take; `unknown` where all is right. */
type SendFaults<Declared, Workers> = {
  readonly [Name in keyof Workers]: OrUnknown<SendFault<Declared, Workers, SendsOf<Workers[Name]>>>;
};

/** Messages and calls that are not declared are left out: they have an error of their own, at their own place. */
type SendFault<Declared, Workers, Sends> = {
  [Target in keyof Sends]: Target extends keyof Workers
    ? NotReceived<Target, Exclude<Sends[Target] & Declared, TakesOf<Workers[Target]>>>
    : never;
}[keyof Sends];

type NotReceived<Target, Name> = Name extends string
  ? `(${Target & string} does not receive ${Name})`
  : never;

type OrUnknown<Fault> = [Fault] extends [never] ? unknown : Fault;

type TakesOf<Worker> =
  // biome-ignore lint/suspicious/noExplicitAny: matches every worker, to read two parameters.
  Worker extends WorkerDeclaration<any, any, infer Receives, any, any, infer Answers>
    ? Known<Receives> | Known<Answers>
    : string;

/** Where a worker has none, TypeScript knows no more than that they would be strings. */
type Known<Names> = string extends Names ? never : Names;

type SendsOf<Worker> =
  // biome-ignore lint/suspicious/noExplicitAny: matches every worker; the names that it takes match no `any`.
  Worker extends WorkerDeclaration<any, any, infer _Receives, infer Sends, any, infer _Answers>
    ? Sends
    : never;

/** What a schema file exports as its default; `sn-gen` reads it. */
export interface Topology<Names extends string = string, Workers = unknown> {
  readonly messages: { readonly [Name in Names]: Messages[string] };
  readonly calls?: Calls;
  readonly workers: Workers;
}

/**
 * Declares one worker of a topology. Write it inside `topology({ ... })`: there the editor knows the messages.
 *
 * @example
 * delays: worker({
 *   handler: './delays.ts',
 *   instances: 2,
 *   receives: { Flight: hash('origin'), Report: broadcast() },
 *   sends: { main: ['AirportDelay'] },
 * })
 */
export function worker<
  const Receives extends string = never,
  const Sends extends { readonly [Target in keyof Sends]: string } = Record<never, never>,
  const Answers extends string = never,
  // biome-ignore lint/suspicious/noExplicitAny: a worker that stands outside a topology fits every one.
  Messages = any,
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  Worker = any,
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  Calls = any,
>(
  options: WorkerOptions<NoInfer<Messages>, NoInfer<Worker>, Receives, Sends, NoInfer<Calls>, Answers> &
    Waits,
): WorkerDeclaration<Messages, Worker, Receives, Sends, Calls, Answers> {
  return declare('worker', options);
}

/**
 * Declares a topology: the default export of a schema file.
 *
 * @example
 * export default topology({
 *   messages: { Flight },
 *   workers: { delays: worker({ handler: './delays.ts', receives: { Flight: hash('origin') } }) },
 * });
 */
export function topology<
  const Declared extends Messages,
  Worker extends string,
  Workers,
  const Called extends Calls = Record<never, never>,
>(declared: {
  readonly messages: Declared;
  readonly calls?: Called;
  readonly workers: Workers & { readonly [Name in Worker]: WorkerIn<Declared, Worker, Called> } & SendFaults<
      keyof Declared | NamesOf<Called>,
      NoInfer<Workers>
    >;
}): Topology<keyof Declared & string, Workers> {
  const made = { ...declared };
  Object.defineProperty(made, TOPOLOGY, { value: true });
  return Object.freeze(made);
}

/** Whether a value was made by `topology()`, of this copy of the module or of another. */
export function isTopology(value: unknown): value is Topology {
  return typeof value === 'object' && value !== null && TOPOLOGY in value;
}
