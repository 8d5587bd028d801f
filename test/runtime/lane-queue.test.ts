import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LaneQueue } from '../../runtime/lane-queue.js';
import { laneKit, slotOf } from './lane-kit.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A full lane of one slot, and a queue before it. */
function fullLane() {
  const lane = laneKit(1);
  lane.send(0);
  lane.outbox.flush();
  const queue = new LaneQueue(lane.writer);
  const settled: string[] = [];
  const push = (value: number, options?: { timeoutMs?: number; signal?: AbortSignal }): void => {
    queue.push(slotOf(value), options, value).then(
      () => settled.push(`${value} sent`),
      (error: { code?: string; message: string }) => settled.push(`${value} ${error.code ?? error.message}`),
    );
  };
  /** Takes one message, lets the queue write, and lets promises settle. */
  const turn = async (): Promise<number[]> => {
    const taken = lane.receive();
    queue.writeWhatFits();
    lane.outbox.flush();
    await settle();
    return taken;
  };
  return { ...lane, queue, push, settled, turn };
}

async function settle(): Promise<void> {
  for (let k = 0; k < 5; k++) await undefined;
}

describe('a lane queue', () => {
  it('writes in the order in which it was given', async () => {
    const { push, turn, settled, writer } = fullLane();
    push(1);
    push(2);
    push(3);
    expect(writer.queued).toBe(3);
    expect([await turn(), await turn(), await turn(), await turn()]).toEqual([[0], [1], [2], [3]]);
    expect(settled).toEqual(['1 sent', '2 sent', '3 sent']);
    expect(writer.queued).toBe(0);
  });

  it('lets nothing overtake, though there is room', () => {
    const { push, receive, writer, queue } = fullLane();
    push(1);
    receive();
    expect(writer.tail).toBe(writer.limit);
    expect(writer.hasRoom()).toBe(false);
    queue.writeWhatFits();
    receive();
    expect(writer.hasRoom()).toBe(true);
  });

  it('gives a message up when its time is over, and sends those behind it', async () => {
    const { push, turn, settled } = fullLane();
    push(1, { timeoutMs: 10 });
    push(2);
    await vi.advanceTimersByTimeAsync(9);
    expect(settled).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toEqual(['1 SN_TIMEOUT']);
    expect([await turn(), await turn()]).toEqual([[0], [2]]);
  });

  it('writes a message whose time is over if there is room by then', async () => {
    const { push, receive, outbox, settled } = fullLane();
    push(1, { timeoutMs: 10 });
    receive();
    await vi.advanceTimersByTimeAsync(10);
    expect(settled).toEqual(['1 sent']);
    outbox.flush();
    expect(receive()).toEqual([1]);
  });

  it('gives a message up when aborted, from any place in the queue', async () => {
    const { push, turn, settled, writer } = fullLane();
    const controller = new AbortController();
    push(1);
    push(2, { signal: controller.signal });
    push(3);
    controller.abort();
    await settle();
    expect(settled).toEqual(['2 SN_ABORTED']);
    expect(writer.queued).toBe(2);
    expect([await turn(), await turn(), await turn()]).toEqual([[0], [1], [3]]);
    expect(settled).toEqual(['2 SN_ABORTED', '1 sent', '3 sent']);
  });

  it('has room for the fast path again when its last message was given up', async () => {
    const { push, receive, writer } = fullLane();
    const controller = new AbortController();
    push(1, { signal: controller.signal });
    controller.abort();
    await settle();
    receive();
    expect(writer.hasRoom()).toBe(true);
  });

  it('settles each message once, whatever comes later', async () => {
    const { push, turn, settled, queue } = fullLane();
    const controller = new AbortController();
    push(1, { timeoutMs: 10, signal: controller.signal });
    await turn();
    controller.abort();
    await vi.advanceTimersByTimeAsync(20);
    queue.rejectAll(new Error('late'), true);
    await settle();
    expect(settled).toEqual(['1 sent']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('delivers what it had accepted when its lane is closed, and nothing else', async () => {
    const { push, turn, settled, writer } = fullLane();
    push(1);
    push(2);
    writer.close(new Error('closed'));
    expect([await turn(), await turn(), await turn()]).toEqual([[0], [1], [2]]);
    expect(settled).toEqual(['1 sent', '2 sent']);
    expect(writer.tail).toBe(writer.limit);
    expect(writer.hasRoom()).toBe(false);
  });

  it('rejects all that waits with the reason of the end', async () => {
    const { push, settled, queue, writer } = fullLane();
    push(1);
    push(2, { timeoutMs: 10 });
    queue.rejectAll(new Error('the end'), true);
    await settle();
    expect(settled).toEqual(['1 the end', '2 the end']);
    expect(writer.queued).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps order over many messages, given up or not', async () => {
    const { push, turn, settled } = fullLane();
    const controllers: AbortController[] = [];
    for (let k = 1; k <= 300; k++) {
      const controller = new AbortController();
      if (k % 3 === 0) controllers.push(controller);
      push(k, { signal: controller.signal });
    }
    for (const controller of controllers) controller.abort();
    const arrived: number[] = [];
    for (let k = 0; k <= 200; k++) arrived.push(...(await turn()));
    const kept = Array.from({ length: 300 }, (_, k) => k + 1).filter((k) => k % 3 !== 0);
    expect(arrived).toEqual([0, ...kept]);
    expect(settled).toHaveLength(300);
  });

  it('waits without a limit when the limit is Infinity', async () => {
    const { push, settled } = fullLane();
    push(1, { timeoutMs: Number.POSITIVE_INFINITY });
    await vi.advanceTimersByTimeAsync(1000);
    expect(settled).toEqual([]);
  });
});
