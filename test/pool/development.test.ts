import { describe, expect, test } from 'vitest';
import { makeFixture } from './support/fixture.js';
import type { WorkPool } from './topologies/work/types.js';

const { createPool } = await makeFixture<WorkPool>('work');

/** What a worker reads from a view that it kept from the message before. */
async function kept(options: Parameters<typeof createPool>[0]): Promise<{ id: string; nested: string }> {
  await using pool = await createPool(options);
  const stream = pool.stream.Kept();
  await pool.work.send.Keep({ id: 1, nested: { x: 10 } });
  await pool.work.send.Keep({ id: 2, nested: { x: 20 } });
  const { value } = await stream.next();
  return value as { id: string; nested: string };
}

describe('a view that was kept', () => {
  test('throws in development mode, and so do the views inside it', async () => {
    expect(await kept({ development: true })).toEqual({ id: 'SN_STALE_VIEW', nested: 'SN_STALE_VIEW' });
  });

  test('is not watched otherwise: it shows the record that is there now', async () => {
    expect(await kept({ development: false })).toEqual({ id: '2', nested: '20' });
  });

  test('is watched where NODE_ENV is development', async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'development';
    try {
      expect((await kept({})).id).toBe('SN_STALE_VIEW');
    } finally {
      process.env.NODE_ENV = before;
    }
  });
});
