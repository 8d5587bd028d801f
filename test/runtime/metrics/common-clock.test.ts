import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { CLOCK_BASE_OFFSET_BYTES, participantOffsetBytes } from '../../../runtime/arena-layout.js';
import { beginCommonClock, commonClockOffsetMs } from '../../../runtime/metrics/common-clock.js';

describe('the common clock', () => {
  test('begins near 0 and goes on as performance.now() does', () => {
    const arena = new SharedArrayBuffer(participantOffsetBytes(1));
    const beforeMs = performance.now();
    beginCommonClock(new DataView(arena));
    const offsetMs = commonClockOffsetMs(arena);
    const nowMs = performance.now();
    expect(nowMs + offsetMs).toBeGreaterThan(0);
    expect(nowMs + offsetMs).toBeLessThanOrEqual(nowMs - beforeMs + 0.5);
  });

  test('is the same in a thread that started later: what is read there lies between two looks here', async () => {
    const arena = new SharedArrayBuffer(participantOffsetBytes(1));
    beginCommonClock(new DataView(arena));
    const offsetMs = commonClockOffsetMs(arena);
    const source = `
      const { parentPort } = require('node:worker_threads');
      parentPort.on('message', (base) => {
        if (base === null) return parentPort.close();
        parentPort.postMessage({ common: Number(process.hrtime.bigint() - base) / 1e6 });
      });
    `;
    const worker = new Worker(source, { eval: true });
    const base = new DataView(arena).getBigUint64(CLOCK_BASE_OFFSET_BYTES, true);
    const beforeMs = performance.now() + offsetMs;
    const { common } = await new Promise<{ common: number }>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage(base);
    });
    const afterMs = performance.now() + offsetMs;
    worker.postMessage(null);
    // Two clocks are never read at the same moment: an error of some microseconds is left.
    expect(common).toBeGreaterThan(beforeMs - 0.1);
    expect(common).toBeLessThan(afterMs + 0.1);
  });
});
