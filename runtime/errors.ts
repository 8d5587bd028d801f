/**
 * Errors: one class, told apart by `code`, which survives the way between threads.
 */

/** Every code that the runtime throws, and what it means. */
export const errorCodes = {
  SN_FIELD_RANGE: 'a field holds a value that its layout cannot carry',
  SN_VALIDATION: 'a value breaks a rule of the schema of its message',
  SN_BAD_RECORD: 'bytes in memory are not a record of the expected message',
  SN_STALE_VIEW: 'a view was read after the handler that got it had returned',
  SN_CLAIM_OPEN: 'a message is being written in place on this lane',
  SN_CLAIM_CLOSED: 'a claim was used after it had been committed or aborted',
  SN_SCHEMA_MISMATCH: 'two sides were generated from different schemas',
  SN_WORKER_CRASHED: 'a worker threw, exited or ran out of memory',
  SN_CALL_FAILED: 'the handler of a call threw something without a code',
  SN_WORKER_START: 'a worker could not be started',
  SN_RECEIVER: 'a receiver at the host threw',
  SN_POOL_CLOSED: 'the pool was closed or destroyed',
  SN_CHANNEL_CLOSED: 'one side of the channel has ended, or this handle was closed',
  SN_CHANNEL_ROLE: 'the channel has no such place for this thread',
  SN_CHANNEL_HANDLE: 'what was given is not the handle of a channel of this process',
  SN_DRAINING: 'a handler asked the receiver for messages that is draining to it',
  SN_MUST_NOT_BLOCK: 'a blocking call on a thread that must not block',
  SN_DEADLOCK: 'a send would wait for ever',
  SN_TIMEOUT: 'it took longer than the caller allows',
  SN_ABORTED: 'the caller gave up through its AbortSignal',
  SN_ROUTE: 'no instance could be picked for a message or key',
  SN_INSTANCE_RANGE: 'there is no instance of that number',
  SN_AFFINITY: 'a thread cannot be bound to the CPUs that it was given',
  SN_PRIORITY: 'the system refuses the priority that a thread was given',
  SN_OPTION: 'an option holds a value that is not allowed',
  SN_UNSUPPORTED: 'this place lacks something that the runtime needs',
} as const;

export type SnErrorCode = keyof typeof errorCodes;

/** What the runtime throws. `code` says which rule was broken, `details` holds the values involved. */
export class SnError extends Error {
  readonly code: SnErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: SnErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SnError';
    this.code = code;
    this.details = options.details ?? {};
  }
}
