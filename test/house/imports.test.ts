import { describe, expect, it } from 'vitest';
import { type SourceFile, sourcesOf } from './sources.js';

/** What each folder may import besides itself. */
const ALLOWED: Readonly<Record<string, readonly RegExp[]>> = {
  schema: [/^zod$/],
  templates: [/^schema\/(descriptor|envelope|layout|plan)\.ts$/],
  generator: [/^schema\//, /^templates\//, /^(ts-morph|esbuild|picocolors)$/, /^node:/],
  runtime: [/^node:(fs|module|os|path|v8|worker_threads)$/],
};

const folders = Object.keys(ALLOWED);
const files = new Map(folders.flatMap((folder) => sourcesOf(folder)).map((file) => [file.path, file]));

describe('imports', () => {
  it.each(folders)('%s/ imports only what it may', (folder) => {
    const offences = sourcesOf(folder).flatMap(({ path, imports }) =>
      imports
        .filter((name) => !name.startsWith(`${folder}/`))
        .filter((name) => !(ALLOWED[folder] ?? []).some((rule) => rule.test(name)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(offences).toEqual([]);
  });

  it('finds the imports that there are', () => {
    expect(files.get('schema/plan.ts')?.imports).toContain('schema/layout.ts');
    expect(files.get('generator/stages.ts')?.imports).toContain('templates/index.ts');
  });

  it('form no cycle', () => {
    expect(findCycle(files)).toEqual([]);
  });

  it('finds a cycle when there is one', () => {
    const cyclic = new Map<string, SourceFile>([
      ['a.ts', { path: 'a.ts', imports: ['b.ts'] }],
      ['b.ts', { path: 'b.ts', imports: ['c.ts'] }],
      ['c.ts', { path: 'c.ts', imports: ['b.ts'] }],
    ]);
    expect(findCycle(cyclic)).toEqual(['b.ts', 'c.ts', 'b.ts']);
  });
});

/** The files of one cycle, the first again at the end; empty if there is none. */
function findCycle(graph: ReadonlyMap<string, SourceFile>): string[] {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) return [...trail.slice(seenAt), path];
    if (done.has(path)) return [];
    for (const next of graph.get(path)?.imports ?? []) {
      if (!graph.has(next)) continue;
      const cycle = visit(next, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
