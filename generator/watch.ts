/**
 * Watch: generates again whenever one of the user's files changes, faults or not.
 *
 * Folders are watched rather than files: editors replace a file when they save it, and a handler that does
 * not exist yet has no file to watch. A change that happens during a run is seen after it.
 */
import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GenerateError } from './faults.js';
import { generate } from './generate.js';
import type { GenerateOptions, GenerateResult } from './options.js';

/** Saving all files of an editor is one change. */
const DEBOUNCE_MS = 40;

export interface WatchReport {
  readonly generated: (result: GenerateResult) => void;
  /** A `GenerateError`, or whatever else stopped a run; watching goes on. */
  readonly failed: (error: unknown) => void;
}

/** Generates at once and after each change, until `signal` aborts. */
export async function generateOnChange(
  options: GenerateOptions,
  report: WatchReport,
  signal?: AbortSignal,
): Promise<void> {
  const inputs = new InputWatcher();
  let files: readonly string[] = [resolve(options.schema)];
  const onAbort = () => inputs.close();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (signal?.aborted !== true) {
      const before = await timesOf(files);
      files = await runOnce(options, report, files);
      inputs.watch(files);
      const after = await timesOf(files);
      const hasChanged = files.some((file) => before.has(file) && before.get(file) !== after.get(file));
      if (!hasChanged) await inputs.changed();
      await sleep(DEBOUNCE_MS);
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    inputs.close();
  }
}

/** One run; gives back the files to watch next. */
async function runOnce(
  options: GenerateOptions,
  report: WatchReport,
  previous: readonly string[],
): Promise<readonly string[]> {
  try {
    const result = await generate(options);
    report.generated(result);
    return result.inputs;
  } catch (error) {
    report.failed(error);
    // What a broken schema imports is not known: what it imported before stays watched.
    return error instanceof GenerateError ? [...new Set([...previous, ...error.inputs])] : previous;
  }
}

/** When each file last changed; undefined for those that do not exist. */
async function timesOf(files: readonly string[]): Promise<ReadonlyMap<string, number | undefined>> {
  const times = files.map(
    async (file): Promise<[string, number | undefined]> => [
      file,
      await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => undefined,
      ),
    ],
  );
  return new Map(await Promise.all(times));
}

class InputWatcher {
  readonly #watchers = new Map<string, FSWatcher>();
  #files: ReadonlySet<string> = new Set();
  #isChanged = false;
  #isClosed = false;
  #wake: (() => void) | undefined;

  /** Watches these files from now on, and no others. */
  watch(files: readonly string[]): void {
    if (this.#isClosed) return;
    this.#files = new Set(files);
    const folders = new Set(files.map((file) => dirname(file)));
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#open(folder);
  }

  /** Resolves when one of the files has changed since the last call, or when it is closed. */
  async changed(): Promise<void> {
    if (!this.#isChanged && !this.#isClosed)
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    this.#wake = undefined;
    this.#isChanged = false;
  }

  close(): void {
    this.#isClosed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#wake?.();
  }

  #open(folder: string): void {
    try {
      const watcher = watchFolder(folder, (_, name) => {
        const isInput = [...this.#files].some(
          (file) => dirname(file) === folder && (name === null || basename(file) === name),
        );
        if (isInput) this.#note();
      });
      // The folder went away: the next run says what is missing.
      watcher.on('error', () => this.#note());
      this.#watchers.set(folder, watcher);
    } catch {
      // There is no such folder yet. The schema's own folder always is, and its change leads here again.
    }
  }

  #note(): void {
    this.#isChanged = true;
    this.#wake?.();
  }
}
