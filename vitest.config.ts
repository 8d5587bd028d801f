import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^sn-gen$/, replacement: source('./generator/index.ts') },
      { find: /^sn-gen\/schema$/, replacement: source('./schema/index.ts') },
      { find: /^sn-gen\/runtime$/, replacement: source('./runtime/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // A schema that the generator loads is JavaScript already; rewritten, its places would be wrong.
    server: { deps: { external: [/\/sn-gen-[^/]+\/schema\.mjs$/] } },
    // Worker threads inside a forked process: what the tests start is what users start.
    pool: 'forks',
    // Most files compute on one thread: two at a time, also where there are two cores only (vitest leaves one of them free).
    maxWorkers: 2,
    // Within a file as well, where tests are programs of their own.
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
