import { expect, it } from 'vitest';
import { GenerateError, type GenerateResult } from '../../generator/index.js';
import { generateOnChange } from '../../generator/watch.js';
import { HANDLER, makeProject, type Project, SCHEMA } from './project.js';

type Report = GenerateResult | GenerateError;

/** Watches a project; `next` resolves with each report in turn. */
function watch(project: Project) {
  const reports: Report[] = [];
  let wake: (() => void) | undefined;
  const note = (report: Report) => {
    reports.push(report);
    wake?.();
  };
  const controller = new AbortController();
  const ended = generateOnChange(
    { schema: project.path('schema.ts'), bundle: false },
    { generated: note, failed: (error) => note(error as GenerateError) },
    controller.signal,
  );
  return {
    async next(): Promise<Report> {
      while (reports.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return reports.shift() as Report;
    },
    async stop() {
      controller.abort();
      await ended;
    },
  };
}

function codesOf(report: Report): readonly string[] {
  return report instanceof GenerateError ? report.faults.map(({ code }) => code) : [];
}

it('generates again when the schema, what it imports or a handler changes, faults or not', async () => {
  const project = makeProject({
    'schema.ts': SCHEMA.replace('z.int32()', 'lateness').replace(
      'import { z }',
      "import { lateness } from './types';\nimport { z }",
    ),
    'types.ts': `import { z } from 'zod';\nexport const lateness = z.int32();\n`,
  });
  const watching = watch(project);
  expect(codesOf(await watching.next()), 'the handler is missing').toEqual(['SN1007']);
  project.write({ 'delays.ts': 'export {};\n' });
  expect(codesOf(await watching.next()), 'the handler exports nothing').toEqual(['SN1009']);
  project.write({ 'delays.ts': HANDLER });
  expect(await watching.next()).toHaveProperty('written');
  project.write({ 'types.ts': `export const lateness = ;\n` });
  expect(codesOf(await watching.next()), 'a file that the schema imports is broken').toEqual(['SN1002']);
  project.write({ 'types.ts': `import { z } from 'zod';\nexport const lateness = z.float64();\n` });
  expect(await watching.next()).toMatchObject({ written: expect.arrayContaining(['messages.ts']) });
  await watching.stop();
});

it('ends at once when its signal aborts while nothing changes', async () => {
  const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
  const watching = watch(project);
  expect(await watching.next()).toHaveProperty('written');
  await watching.stop();
});
