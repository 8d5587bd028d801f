/**
 * Agents: worker threads that run what a test tells them.
 *
 * A function goes there as its source: it sees what it is given, and nothing around it.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type BuildOptions, buildSync } from 'esbuild';
import type * as api from './api.js';

export type Api = typeof api;
/** Runs elsewhere: must not refer to anything but its arguments. */
export type Task<Args, Result> = (api: Api, args: Args) => Result | Promise<Result>;

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const REPOSITORY = at('../../..');

let agentSource: string | undefined;
/** Agents that nobody uses. */
const idle: Agent[] = [];
const all = new Set<Agent>();

export class Agent {
  readonly threadId: number;
  readonly exited: Promise<void>;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, (report: Report) => void>();
  private serial = 0;
  private busy = 0;

  constructor() {
    agentSource ??= bundle({ entryPoints: [at('./agent-main.ts')], format: 'cjs' });
    this.worker = new Worker(agentSource, { eval: true, execArgv: [] });
    this.threadId = this.worker.threadId;
    this.worker.on('message', (report: Report) => {
      this.busy -= 1;
      this.waiting.get(report.id)?.(report);
      this.waiting.delete(report.id);
    });
    this.exited = new Promise((resolve) => {
      this.worker.on('exit', () => {
        all.delete(this);
        resolve();
      });
    });
    all.add(this);
  }

  /** Whether it can be used again. */
  get isIdle(): boolean {
    return this.busy === 0 && all.has(this);
  }

  run<Args, Result>(task: Task<Args, Result>, args: Args): Promise<Awaited<Result>> {
    this.serial += 1;
    this.busy += 1;
    const id = this.serial;
    const done = new Promise<Awaited<Result>>((resolve, reject) => {
      this.waiting.set(id, ({ error, value }) => {
        if (error === undefined) resolve(value as Awaited<Result>);
        else reject(Object.assign(new Error(error.message), error));
      });
    });
    this.worker.postMessage({ id, source: String(task), args });
    return done;
  }

  /** Ends the thread, wherever it is. */
  async terminate(): Promise<void> {
    await this.worker.terminate();
    await this.exited;
  }
}

interface Report {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** An agent that was used before, or a new one. */
export function takeAgent(): Agent {
  return idle.pop() ?? new Agent();
}

/** For the next test; ended if it still runs something. */
export async function giveBack(agent: Agent): Promise<void> {
  if (agent.isIdle) idle.push(agent);
  else await agent.terminate();
}

/** Ends all threads, and removes what programs were run from. */
export async function endAgents(): Promise<void> {
  await Promise.all([...all].map((agent) => agent.terminate()));
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

export interface ProgramEnd {
  /** Null when it hung and was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that takes longer hangs. */
const HANGING_MS = 15_000;
let folder: string | undefined;
let programs = 0;

/** Runs an ES module with the names of `api.ts` as `api`, until it exits by itself. */
export async function runProgram(source: string): Promise<ProgramEnd> {
  if (folder === undefined) {
    folder = await mkdtemp(join(tmpdir(), 'sn-gen-channel-'));
    await writeFile(join(folder, 'api.mjs'), bundle({ entryPoints: [at('./api.ts')], format: 'esm' }));
  }
  programs += 1;
  const file = join(folder, `program-${programs}.mjs`);
  await writeFile(file, `import * as api from './api.mjs';\n${source}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      timeout: HANGING_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

function bundle(options: BuildOptions): string {
  const { outputFiles } = buildSync({
    ...options,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    alias: { 'sn-gen/runtime': join(REPOSITORY, 'runtime', 'index.ts') },
  });
  return outputFiles?.[0]?.text ?? '';
}
