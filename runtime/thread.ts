/**
 * Thread: one instance of a worker as the host sees it, from its start to its exit.
 */
import type { Worker, WorkerOptions } from 'node:worker_threads';
import { cpusAt, type ThreadPlace } from './affinity/thread-place.js';
import type { Participant } from './envelope.js';
import type { Attachment } from './wiring.js';
import type { Order, Report } from './worker-life.js';

/** Passed through to the thread as Node's `Worker` takes them. */
export interface ThreadOptions
  extends Pick<WorkerOptions, 'resourceLimits' | 'env' | 'argv' | 'execArgv' | 'name'> {}

/** What generated code gets to start a thread with. */
export interface StartOptions extends WorkerOptions {
  /** Generated bundles are ES modules; Node knows by the file, bundlers want to be told. */
  readonly type?: 'module';
}

/** Starts the bundle of one worker; generated, since bundlers must see `new Worker(new URL(...))` as it stands. */
export type StartThread = (options: StartOptions) => Worker;

/** Why a thread is gone: it threw, or it just left. */
export interface ThreadEnd {
  readonly exitCode: number;
  /** What it threw, as far as it could be copied to this thread. */
  readonly cause: unknown;
}

/** A thread that has stopped may hold handles of its handler; it gets this long to end by itself. */
const EXIT_GRACE_MS = 200;

export class Thread {
  readonly participant: number;
  readonly worker: string;
  readonly instance: number;
  readonly threadId: number;
  /** Settles when the thread has taken its place; rejects with what it threw, or with its end. */
  readonly ready: Promise<void>;
  /** Settles when the thread has shut down as ordered. */
  readonly stopped: Promise<void>;
  /** Settles when the thread is gone; never rejects. */
  readonly exited: Promise<ThreadEnd>;

  private readonly handle: Worker;
  /** Who waits for a report. */
  private readonly reported = new Map<Report['kind'], (report: Report) => void>();
  /** Known from when it is ready until it is gone. */
  private place: ThreadPlace | undefined;
  private readySinceMs: number | undefined;
  private endedMs: number | undefined;

  constructor(start: StartThread, who: Participant, attachment: Attachment, options: ThreadOptions) {
    this.participant = attachment.participant;
    this.worker = who.worker;
    this.instance = who.instance;
    const handle = start({
      name: `${who.worker}/${who.instance}`,
      ...options,
      workerData: { snGen: attachment },
    });
    this.handle = handle;
    this.threadId = handle.threadId;

    let cause: unknown;
    const { reported } = this;
    handle.on('error', (error) => {
      cause = error;
    });
    handle.on('message', (report: Report) => reported.get(report.kind)?.(report));
    this.exited = new Promise((resolve) => {
      handle.on('exit', (exitCode) => {
        // Its number may soon be that of another thread.
        this.place = undefined;
        this.endedMs = performance.now();
        resolve({ exitCode, cause });
      });
    });
    this.ready = new Promise((resolve, reject) => {
      reported.set('ready', (report) => {
        if (report.kind === 'ready') this.place = report.place;
        this.readySinceMs = performance.now();
        resolve();
      });
      this.exited.then(reject);
    });
    this.stopped = new Promise((resolve) => {
      reported.set('stopped', () => resolve());
    });
    // A thread that dies after it was ready rejects nobody: the promise is settled by then.
    this.ready.catch(() => {});
  }

  /** Where the system lets it run, read now; undefined when it is not there, and where the system does not tell. */
  get cpus(): readonly number[] | undefined {
    return this.place === undefined ? undefined : cpusAt(this.place);
  }

  /** Gives an order. */
  order(order: Order): void {
    this.handle.postMessage(order);
  }

  /** The next report of a kind. @throws ThreadEnd (as rejection) when the thread is gone before. */
  next<Kind extends Report['kind']>(kind: Kind): Promise<Extract<Report, { readonly kind: Kind }>> {
    return new Promise((resolve, reject) => {
      this.reported.set(kind, (report) => resolve(report as Extract<Report, { readonly kind: Kind }>));
      this.exited.then(reject);
    });
  }

  /** How long it has been working, until now or its end. */
  get lifeMs(): number {
    if (this.readySinceMs === undefined) return 0;
    return (this.endedMs ?? performance.now()) - this.readySinceMs;
  }

  /** Idle threads do not keep the process alive; the pool's keep-alive does while something is pending. */
  unref(): void {
    this.handle.unref();
  }

  /** Waits for the end of a thread that has stopped; helps if something of the handler's keeps it alive. */
  async leave(): Promise<void> {
    const helping = setTimeout(() => void this.handle.terminate(), EXIT_GRACE_MS);
    await this.exited;
    clearTimeout(helping);
  }

  /** Ends the thread at once, wherever it is, also while it blocks. */
  async terminate(): Promise<void> {
    await this.handle.terminate();
  }
}
