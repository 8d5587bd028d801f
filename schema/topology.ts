/**
 * The topology as the user writes it: messages, workers, and who sends what to whom.
 *
 * Nothing is checked here at run time: `describeTopology` does that, all at once. The types do the same in the
 * editor. How they get there: `topology` learns the messages and the workers' names first (see
 * `declaration.ts`), and `worker` takes them as `Messages` and `Worker` from the place where it stands. What a
 * worker sends to another is checked last, when all of them are known.
 */
import { declare } from './declaration.js';
import type { MessageDeclaration, MessageSchema } from './message.js';
import type { KeyField, Route } from './routes.js';

const TOPOLOGY = Symbol.for('sn-gen.topology');

/** A message's name is its key. */
export type Messages = { readonly [name: string]: MessageSchema | MessageDeclaration };

export interface WorkerOptions<Messages, Worker, Receives extends string, Sends> {
  /** The module whose default export handles the messages, relative to the schema's file. */
  readonly handler: string;
  /** How many threads: 1 to 256, or `'cores'` for one on each core, counted when the pool starts. Default 1. */
  readonly instances?: number | 'cores';
  /** Slots of each sender's lane into an instance: a power of two up to 2^20. Default 1024. */
  readonly capacity?: number;
  /** Milliseconds between two calls of the handler's `tick`. Without it there is no tick. */
  readonly tickMs?: number;
  /**
   * Leaves its sends out where cycles of blocking sends are looked for: write it where you know that they end in no deadlock, because they
   * use `trySend`, or because there is never more under way than the lanes hold.
   */
  readonly cycles?: 'accepted';
  /** The messages that it takes, each with the route that picks an instance. */
  readonly receives: {
    readonly [Name in Receives]: Name extends keyof Messages
      ? Route<KeyField<Messages[Name]>>
      : '(no message of this name is declared in messages)';
  } & { readonly [Name in keyof Messages]?: unknown };
  /** Whom it sends to, a worker's name or `'main'`, and which messages. */
  readonly sends?: {
    readonly [Target in keyof Sends]: Target extends Worker | 'main'
      ? readonly (Sends[Target] extends keyof Messages ? Sends[Target] : keyof Messages)[]
      : '(no worker of this name is declared in workers)';
  } & { readonly [Target in (Worker & string) | 'main']?: readonly unknown[] };
}

/** One worker, for a topology with these messages and workers. */
export type WorkerDeclaration<Messages, Worker, Receives extends string, Sends> = (
  context: Context<Messages, Worker>,
) => WorkerOptions<Messages, Worker, Receives, Sends>;

/** Carries the topology's messages and its workers' names into `worker()`; no value of it is ever made. */
interface Context<Messages, Worker> {
  readonly messages: Messages;
  readonly worker: Worker;
}

// biome-ignore lint/suspicious/noExplicitAny: a worker of whatever topology, whatever it receives and sends.
type AnyWorker<Messages = any, Worker = any> = WorkerDeclaration<Messages, Worker, any, any>;

/** What each worker sends that its target does not receive; `unknown` where all is right. */
type SendFaults<Messages, Workers> = {
  readonly [Name in keyof Workers]: OrUnknown<SendFault<Messages, Workers, SendsOf<Workers[Name]>>>;
};

/** Messages that are not declared are left out: they have an error of their own, at their own place. */
type SendFault<Messages, Workers, Sends> = {
  [Target in keyof Sends]: Target extends keyof Workers
    ? NotReceived<Target, Exclude<Sends[Target] & keyof Messages, ReceivesOf<Workers[Target]>>>
    : never;
}[keyof Sends];

type NotReceived<Target, Name> = Name extends string
  ? `(${Target & string} does not receive ${Name})`
  : never;

type OrUnknown<Fault> = [Fault] extends [never] ? unknown : Fault;

type ReceivesOf<Worker> =
  // biome-ignore lint/suspicious/noExplicitAny: matches every worker, to read one parameter.
  Worker extends WorkerDeclaration<any, any, infer Receives, any> ? Receives : string;

type SendsOf<Worker> =
  // biome-ignore lint/suspicious/noExplicitAny: matches every worker, to read one parameter.
  Worker extends WorkerDeclaration<any, any, any, infer Sends> ? Sends : never;

/** What a schema file exports as its default; `sn-gen` reads it. */
export interface Topology<Names extends string = string, Workers = unknown> {
  readonly messages: { readonly [Name in Names]: Messages[string] };
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
  const Receives extends string,
  const Sends extends { readonly [Target in keyof Sends]: string } = Record<never, never>,
  // biome-ignore lint/suspicious/noExplicitAny: a worker that stands outside a topology fits every one.
  Messages = any,
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  Worker = any,
>(
  options: WorkerOptions<NoInfer<Messages>, NoInfer<Worker>, Receives, Sends>,
): WorkerDeclaration<Messages, Worker, Receives, Sends> {
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
export function topology<const Declared extends Messages, Worker extends string, Workers>(declared: {
  readonly messages: Declared;
  readonly workers: Workers & { readonly [Name in Worker]: AnyWorker<Declared, Worker> } & SendFaults<
      Declared,
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
