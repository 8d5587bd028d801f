/**
 * Each example, in a process of its own. One is run by the script behind `npm run example`; for the others the same steps are taken here, since
 * loading the generator seven times takes longer than all of them.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../generator/index.js';
import { ROOT } from '../house/sources.js';

/** What each says when its result is right. No figures: they are of the run. */
const LINES: Readonly<Record<string, readonly RegExp[]>> = {
  'async-io': [
    /^pages: 22$/m,
    /^the last ones, in the order of their site: \/slow, \/after-slow$/m,
    /^no more at a time than `concurrency` says: true$/m,
    /^ {2}[0-9a-f]{16} {2}schema\.ts$/m,
    /^digests are those that this thread finds: true$/m,
    /^a file that is not there: ENOENT$/m,
    /^a download given up: SN_ABORTED$/m,
    /^the service has seen its client go$/m,
  ],
  basic: [/^The worker counted 7 words\.$/m],
  calls: [
    /^one call: 1250$/m,
    /^answers in order: 10000$/m,
    /^a call from worker to worker: 123$/m,
    /^an error of the handler: NO_SUCH_PART, there is no nothing$/m,
    /^an error from further away: NO_SUCH_PART$/m,
    /^a call with a timeout: SN_TIMEOUT$/m,
    /^a call with a signal: SN_ABORTED$/m,
    /^searches that saw that they were given up: 2$/m,
  ],
  'data-processing': [
    /^The busiest of 20000 visitors:$/m,
    /│ 19430 │ 48 +│ 16 +│/,
    /^Equal to what a plain loop counts\.$/m,
  ],
  'distributed-compute': [
    /^ +@{50,}-::::\.+$/m,
    /^75020627 iterations; rows by instance: /m,
    /^Equal to what a plain loop draws\.$/m,
  ],
  'message-passing': [
    /│ spsc +│ 1 to 1 +│ +2000000 │/,
    /│ mpsc +│ 2 to 1 +│ +2000000 │/,
    /│ mpmc +│ 2 to 2 +│ +2000000 │/,
    /│ pool +│ main to 1 +│ +2000000 │/,
    /│ postMessage +│ 1 to 1 +│ +200000 │/,
    /^Every message arrived once\.$/m,
  ],
  'worker-pool': [
    /│ hash +│ 33062 {2}18299 {2}27111 {2}21528 +│ +1\.32 │ +208 │/,
    /│ consistentHash │ 14092 {2}23059 {2}36381 {2}26468 +│ +1\.46 │ +208 │/,
    /│ range +│ 39147 {2}21221 {2}19528 {2}20104 +│ +1\.57 │ +50 │/,
    /│ custom +│ 25200 {2}24799 {2}25008 {2}24993 +│ +1\.01 │ 763, without their state │/,
    /│ roundRobin +│ 25000 {2}25000 {2}25000 {2}25000 +│/,
    /│ leastLoaded /,
    /│ broadcast +│ 100000 {2}100000 {2}100000 {2}100000 │/,
    /^Every visit was counted once, before and after customers moved\.$/m,
  ],
};

/** Run by the command as it stands. */
const BY_COMMAND = 'basic';
/** Too large for a test; `npm run demo` runs it. */
const DEMO = 'flights';

const examples = readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const read = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

interface End {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `npm run example` starts. */
function runExample(...args: readonly string[]): Promise<End> {
  return runProgram('examples/run.ts', ...args);
}

function runProgram(...args: readonly string[]): Promise<End> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', ...args],
      { cwd: ROOT },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

describe('the examples', () => {
  it('are run by one command', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(scripts.example).toBe('tsx examples/run.ts');
    expect(examples).toEqual([...Object.keys(LINES), DEMO].sort());
  });

  it.each(examples)('%s has a README with its command, and a line in the README of all', (name) => {
    const command = name === DEMO ? 'npm run demo' : `npm run example -- ${name}`;
    expect(read('examples', name, 'README.md')).toContain(`\n    ${command}\n`);
    expect(read('README.md')).toContain(`| [\`${name}\`](examples/${name}) |`);
  });

  it.concurrent.each(Object.entries(LINES))('%s finds its result right and ends', async (name, lines) => {
    if (name !== BY_COMMAND) await generate({ schema: join(ROOT, 'examples', name, 'schema.ts') });
    const { exitCode, stdout, stderr } = await (name === BY_COMMAND
      ? runExample(name)
      : runProgram(`examples/${name}/main.ts`));
    expect(stderr).toBe('');
    for (const line of lines) expect(stdout).toMatch(line);
    expect(exitCode).toBe(0);
  });

  it('that does not exist is answered with those that do', async () => {
    const { exitCode, stderr } = await runExample('bsaic');
    expect(stderr).toBe(`Usage: npm run example -- <name>, one of ${examples.join(', ')}\n`);
    expect(exitCode).toBe(2);
  });
});
