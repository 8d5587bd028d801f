import { expect, test } from 'vitest';
import { CANCELS_BYTES, REPLY_ERROR, REPLY_RECORD } from '../../../runtime/calls/call-layout.js';
import { CancelReader, CancelWriter } from '../../../runtime/calls/cancels.js';
import { PendingCalls } from '../../../runtime/calls/pending-calls.js';
import { encodeError, RemoteError } from '../../../runtime/calls/remote-error.js';
import { AWAKE, Doorbell, PARKED } from '../../../runtime/doorbell.js';
import { memoryOf } from '../../../runtime/memory.js';

function kit() {
  const memory = memoryOf(new SharedArrayBuffer(CANCELS_BYTES + 8));
  const answerer = new Doorbell(memory.i32, CANCELS_BYTES >> 2);
  const pending = new PendingCalls(new CancelWriter(memory.i32, 0, answerer), {
    worker: 'desk',
    instance: 3,
  });
  const cancels = new CancelReader(memory.i32, 0);
  const start = (decode: () => unknown = () => 'response') => {
    let id = -1;
    const response = new Promise((resolve, reject) => {
      id = pending.add({ resolve, reject, kind: { name: 'price', decode }, lift: undefined });
    });
    response.catch(() => {});
    return { id, response };
  };
  return { memory, pending, cancels, answerer, start };
}

test('a reply that cannot be read rejects its call', async () => {
  const { memory, pending, start } = kit();
  const unreadable = new RangeError('no response');
  const { id, response } = start(() => {
    throw unreadable;
  });
  expect(pending.settle(id, REPLY_RECORD, memory, 0, 0)).toBe(true);
  await expect(response).rejects.toBe(unreadable);
});

test('an error whose text is broken rejects its call', async () => {
  const { memory, pending, start } = kit();
  const { id, response } = start();
  memory.u8.set([123], 0);
  expect(pending.settle(id, REPLY_ERROR, memory, 0, 1)).toBe(true);
  await expect(response).rejects.toBeInstanceOf(SyntaxError);
});

test('an error says who threw it, in which call', async () => {
  const { pending, start } = kit();
  const { id, response } = start();
  const bytes = encodeError(new TypeError('broken'));
  const text = memoryOf(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
  text.u8.set(bytes);
  pending.settle(id, REPLY_ERROR, text, 0, bytes.length);
  await expect(response).rejects.toBeInstanceOf(RemoteError);
  await expect(response).rejects.toMatchObject({
    code: 'SN_CALL_FAILED',
    message: 'broken',
    details: { worker: 'desk', instance: 3, call: 'price', name: 'TypeError' },
  });
});

test.each([0, 7, -1, 2 ** 31 - 1])('the number %i of no call is told', (id) => {
  const { memory, pending } = kit();
  expect(pending.settle(id, REPLY_RECORD, memory, 0, 0)).toBe(false);
});

test('a place is free again once the reply has come, not when its caller gives up', async () => {
  const { memory, pending, start } = kit();
  const first = start();
  pending.giveUp(first.id, new Error('changed my mind'));
  expect(start().id).not.toBe(first.id);
  pending.settle(first.id, REPLY_RECORD, memory, 0, 0);
  expect(start().id).toBe(first.id);
  await expect(first.response).rejects.toThrow('changed my mind');
});

test('more calls may be given up than there are places to show it: others follow when one is answered', () => {
  const { memory, pending, cancels, start } = kit();
  const ids = Array.from({ length: 100 }, () => start().id);
  for (const id of ids) pending.giveUp(id, new Error('given up'));
  expect(ids.filter((id) => cancels.has(id))).toEqual(ids.slice(0, 64));
  for (const id of ids.slice(0, 40)) pending.settle(id, REPLY_RECORD, memory, 0, 0);
  expect(ids.filter((id) => cancels.has(id))).toEqual(ids.slice(40));
  for (const id of ids.slice(40)) pending.settle(id, REPLY_RECORD, memory, 0, 0);
  expect(ids.filter((id) => cancels.has(id))).toEqual([]);
});

test('the end rejects all that wait', async () => {
  const { pending, start } = kit();
  const calls = [start(), start()];
  pending.rejectAll(new Error('the end'));
  for (const { response } of calls) await expect(response).rejects.toThrow('the end');
});

test('a call that is given up is told once to whoever watches it, and wakes an answerer that sleeps', () => {
  const { memory, pending, cancels, answerer, start } = kit();
  const told: string[] = [];
  const [first, second] = [start(), start()];
  cancels.watch(first.id, () => told.push('first'));
  cancels.watch(second.id, () => told.push('second'));
  answerer.announce(PARKED);
  expect(cancels.hasNews()).toBe(false);
  pending.giveUp(second.id, new Error('enough'));
  expect(memory.i32[answerer.index]).toBe(AWAKE);
  expect(cancels.hasNews()).toBe(true);
  cancels.tellWatchers();
  cancels.tellWatchers();
  expect([told, cancels.hasNews()]).toEqual([['second'], false]);
  cancels.unwatch(first.id);
  pending.giveUp(first.id, new Error('enough'));
  cancels.tellWatchers();
  expect(told).toEqual(['second']);
});
