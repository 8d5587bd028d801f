/**
 * Fixture: a topology of `topologies/`, generated as a user would, in a temporary copy of its folder, and the two ways to run it:
 * in this process (`createPool`), and as a program of its own (`run`) where the life of the process is what is tested.
 */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';
import type { PoolBaseOptions } from '../../../runtime/index.js';
import { copyGenerated } from './generation.js';

/** A program that takes longer hangs: the test fails with what it has printed until then. */
const HANGING_MS = 20_000;

export interface ProgramEnd {
  /** Null when it hung and was killed; 128 and the signal's number when it ended by another signal, as a shell tells it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Fixture<Pool> {
  /** Starts a pool that is destroyed when the test has finished, whatever became of it. */
  createPool(options?: PoolBaseOptions): Promise<Pool>;
  /** Runs an ES module with `createPool` and `assert` at hand, until it exits by itself. */
  run(source: string, ...nodeOptions: string[]): Promise<ProgramEnd>;
  /** Holds `schema.ts`, the handlers and `generated/`. */
  readonly folder: string;
}

/** What each program starts with. */
const HEADER = `import assert from 'node:assert/strict';
import { createPool } from './generated/host.mjs';
`;

/** The fixture of `topologies/<name>`, for the tests of one file. */
export async function makeFixture<Pool extends { destroy(): Promise<void> }>(
  name: string,
): Promise<Fixture<Pool>> {
  const folder = await copyGenerated(name);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const host = pathToFileURL(join(folder, 'generated', 'host.mjs')).href;
  const module = (await import(/* @vite-ignore */ host)) as {
    createPool(options?: PoolBaseOptions): Promise<Pool>;
  };
  let programs = 0;
  return {
    folder,
    async createPool(options) {
      const pool = await module.createPool(options);
      onTestFinished(() => pool.destroy());
      return pool;
    },
    run(source, ...nodeOptions) {
      programs += 1;
      const file = join(folder, `program-${programs}.mjs`);
      writeFileSync(file, HEADER + source);
      return runNode([...nodeOptions, file]);
    },
  };
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number | null {
  return signal === null || signal === 'SIGKILL' ? code : 128 + constants.signals[signal];
}

/** Runs Node.js and waits until it has exited and everything it printed is here. */
function runNode(args: readonly string[]): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: HANGING_MS,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ exitCode: exitCodeOf(code, signal), stdout, stderr }));
  });
}
