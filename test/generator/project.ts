/** A user's project in a temporary folder, for the tests of the generator. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

export interface Project {
  /** A real path. */
  readonly folder: string;
  path(name: string): string;
  write(files: Readonly<Record<string, string>>): void;
  read(name: string): string;
  has(name: string): boolean;
  /** Every file below the folder with its content, node_modules aside. */
  snapshot(): Readonly<Record<string, string>>;
}

/** Makes a project that can import this repository's packages; it is removed when the test has finished. */
export function makeProject(files: Readonly<Record<string, string>>): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sn-gen-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'), 'dir');
  const project: Project = {
    folder,
    path: (name) => join(folder, name),
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    },
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    has: (name) => existsSync(join(folder, name)),
    snapshot() {
      const found: Record<string, string> = {};
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (entry.isFile() && !relative(folder, file).startsWith('node_modules')) {
          found[relative(folder, file)] = readFileSync(file, 'utf8');
        }
      }
      return found;
    },
  };
  project.write(files);
  return project;
}

/** A schema of one message and one worker; its handler is `./delays.ts`. */
export const SCHEMA = `import { z } from 'zod';
import { ascii, hash, topology, worker } from 'sn-gen/schema';

/** One scheduled flight. */
const Flight = z.object({
  /** IATA code of the airport it left from. */
  origin: ascii(3),
  delayMinutes: z.int32(),
});
const Delay = z.object({ airport: ascii(3), mean: z.float64() });

export default topology({
  messages: { Flight, Delay },
  workers: {
    /** Adds up. */
    delays: worker({
      handler: './delays.ts',
      receives: { Flight: hash('origin') },
      sends: { main: ['Delay'] },
    }),
  },
});
`;

export const HANDLER = `import { defineDelays } from './generated/index.js';

export default defineDelays({
  Flight({ origin, delayMinutes }, _, { main }) {
    main.send.Delay({ airport: origin, mean: delayMinutes });
  },
});
`;
