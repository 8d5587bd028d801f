import { describe, expect, it } from 'vitest';
import { GenerateError, type GenerateOptions, generate } from '../../generator/index.js';
import { HANDLER, makeProject, type Project, SCHEMA } from './project.js';

/** `Flight` is routed by a function. */
const ROUTED = SCHEMA.replace('ascii, hash,', 'ascii, custom,').replace(
  "hash('origin')",
  "custom({ module: './routes.ts', export: 'pick' })",
);
const ROUTES = `import type { CustomRoute } from 'sn-gen/runtime';
import type { Flight } from './generated/index.js';

export const pick: CustomRoute<Flight> = ({ origin }, instances) => origin.length % instances;
`;

function projectOf(routes: Readonly<Record<string, string>>, schema = ROUTED): Project {
  return makeProject({ 'schema.ts': schema, 'delays.ts': HANDLER, ...routes });
}

function run(project: Project, options: Partial<GenerateOptions> = {}) {
  return generate({ schema: project.path('schema.ts'), ...options });
}

async function faultsOf(project: Project): Promise<GenerateError> {
  const error: unknown = await run(project).catch((thrown: unknown) => thrown);
  if (!(error instanceof GenerateError)) throw new Error(`no faults: ${String(error)}`);
  expect(project.has('generated'), 'nothing was written').toBe(false);
  return error;
}

describe('a custom route', () => {
  it('is imported as TypeScript imports a file, typed, and watched', async () => {
    const project = projectOf({ 'routes.ts': ROUTES });
    const { inputs } = await run(project);
    const worker = project.read('generated/delays.ts');
    expect(worker).toContain("import { pick as customOfFlight } from '../routes.js';\n");
    expect(worker).toContain('const routeOfFlight: CustomRoute<Flight> = customOfFlight;\n');
    expect(inputs).toContain(project.path('routes.ts'));
  });

  it.each([
    ['routes.mts', 'routes.mjs'],
    ['routes.js', 'routes.js'],
    ['routes.mjs', 'routes.mjs'],
  ])('may stand in %s, imported as %s', async (file, imported) => {
    const project = projectOf(
      { [file]: 'export const pick = () => 0;\n' },
      ROUTED.replace('./routes.ts', `./${file}`),
    );
    await run(project);
    expect(project.read('generated/delays.ts')).toContain(`from '../${imported}';`);
  });

  it.each([
    'export function pick() { return 0; }\n',
    'const a = () => 0;\nexport { a as pick };\n',
    "export { pick } from './elsewhere.js';\n",
    "export * from './elsewhere.js';\n",
    "import { FlightCodec } from './generated/index.js';\nexport const pick = () => FlightCodec.byteLength && 0;\n",
  ])('may be exported in any way: %s', async (routes) => {
    const project = projectOf({ 'routes.ts': routes, 'elsewhere.ts': 'export const pick = () => 0;\n' });
    await expect(run(project)).resolves.toBeDefined();
  });

  it('is bundled with the workers that send by it, and with no other', async () => {
    const schema = ROUTED.replace(
      '  },\n});',
      `    feeds: worker({ handler: './feeds.ts', receives: { Delay: custom({ module: './routes.ts', export: 'pick' }) }, sends: { delays: ['Flight'] } }),
  },
});`,
    );
    const feeds = `import { defineFeeds } from './generated/index.js';

export default defineFeeds({ Delay(_message, _state, { delays }) { delays.send.Flight({ origin: 'ATL', delayMinutes: 1 }); } });
`;
    const routes = "export const pick = () => Number('a route of the user');\n";
    const project = projectOf({ 'routes.ts': routes, 'feeds.ts': feeds }, schema);
    await run(project);
    expect(project.read('generated/bundle/feeds.js')).toContain('a route of the user');
    expect(project.read('generated/bundle/delays.js')).not.toContain('a route of the user');
  });

  it('SN1063: must be in a file that there is, named where the schema names it', async () => {
    const { faults, message } = await faultsOf(projectOf({}));
    expect(faults).toMatchObject([{ code: 'SN1063', path: ['workers', 'delays', 'receives', 'Flight'] }]);
    expect(message).toContain('there is no "./routes.ts"');
    expect(message).toContain('schema.ts');
  });

  it('SN1064: must be in a file that parses, shown where it does not', async () => {
    const project = projectOf({ 'routes.ts': 'export const pick = (;\n' });
    const { faults, message } = await faultsOf(project);
    expect(faults).toMatchObject([{ code: 'SN1064', place: { file: project.path('routes.ts'), line: 1 } }]);
    expect(message).toContain('> 1 | export const pick = (;');
  });

  it('SN1065: must be exported', async () => {
    const { faults, message } = await faultsOf(projectOf({ 'routes.ts': ROUTES.replace('pick', 'choose') }));
    expect(faults).toMatchObject([{ code: 'SN1065', path: ['workers', 'delays', 'receives', 'Flight'] }]);
    expect(message).toContain("exports no function 'pick'; it exports choose");
  });

  it('SN1065: is no type', async () => {
    const { faults } = await faultsOf(projectOf({ 'routes.ts': 'export type pick = 1;\n' }));
    expect(faults).toMatchObject([{ code: 'SN1065', problem: expect.stringContaining('exports nothing') }]);
  });
});
