/**
 * `tasks <contestant> <microseconds>`: so many tasks on two threads, each of which keeps its thread busy for so long and answers with a number.
 * Every pool as its README shows it, but for the number of threads.
 */
import { Piscina } from 'piscina';
import { FixedThreadPool } from 'poolifier';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';
import { createPool } from '../topologies/tasks/generated/index.js';
import { type Measured, rate, serve } from './serve.js';
import { measureBatches, UNDER_WAY } from './task-batches.js';

const THREADS = 2;

interface Task {
  readonly microseconds: number;
}

interface Contender {
  measure(operations: number): Promise<Measured>;
  end(): Promise<unknown>;
}

const CONTENDERS: Readonly<Record<string, () => Promise<Contender>>> = {
  call: async () => {
    const pool = await createPool();
    return {
      measure: (operations) =>
        measureBatches(
          operations,
          () => pool.tasks.call.run({ microseconds }),
          (answer) => check(answer.microseconds),
        ),
      end: () => pool.close(),
    };
  },

  map: async () => {
    const pool = await createPool();
    return {
      async measure(operations) {
        const startedMs = performance.now();
        for await (const answer of pool.tasks.map.run(tasks(operations), { concurrency: UNDER_WAY }))
          check(answer.microseconds);
        return { value: rate(operations, startedMs) * 1000 };
      },
      end: () => pool.close(),
    };
  },

  async piscina() {
    const pool = new Piscina({
      filename: fileOf('task-function'),
      minThreads: THREADS,
      maxThreads: THREADS,
    });
    return byTask(
      (task) => pool.run(task),
      () => pool.close(),
    );
  },

  async tinypool() {
    const pool = new Tinypool({
      filename: fileOf('task-function'),
      minThreads: THREADS,
      maxThreads: THREADS,
    });
    return byTask(
      (task) => pool.run(task),
      () => pool.destroy(),
    );
  },

  async workerpool() {
    const pool = workerpool.pool(new URL(fileOf('task-workerpool')).pathname, {
      minWorkers: THREADS,
      maxWorkers: THREADS,
      workerType: 'thread',
    });
    return byTask(
      ({ microseconds }) => pool.exec('work', [microseconds]),
      () => Promise.resolve(pool.terminate()),
    );
  },

  async poolifier() {
    const pool = new FixedThreadPool<Task, number>(THREADS, new URL(fileOf('task-poolifier')).pathname, {
      errorHandler: (error) => console.error(error),
    });
    return byTask(
      (task) => pool.execute(task),
      () => pool.destroy(),
    );
  },
};

const [, , name = '', duration = ''] = process.argv;
const microseconds = Number(duration);
const contender = await (CONTENDERS[name] as () => Promise<Contender>)();
await serve(contender.measure, async () => void (await contender.end()));

function byTask(run: (task: Task) => PromiseLike<number>, end: () => Promise<unknown>): Contender {
  return { measure: (operations) => measureBatches(operations, () => run({ microseconds }), check), end };
}

function* tasks(count: number): Generator<Task> {
  for (let task = 0; task < count; task++) yield { microseconds };
}

function check(answer: number): void {
  if (answer !== microseconds) throw new Error(`a task of ${microseconds} us answered ${answer}`);
}

/** Built beside this program. */
function fileOf(program: string): string {
  return new URL(`./program-${program}.mjs`, import.meta.url).href;
}
