import { expect, test } from 'vitest';
import { z } from 'zod';
import { CANCELS_BYTES } from '../../runtime/calls/call-layout.js';
import { laneByteLength } from '../../runtime/lane-layout.js';
import { buildArena, type Wiring } from '../../runtime/wiring.js';
import { broadcast, bytes, call, hash, roundRobin, topology, worker } from '../../schema/index.js';
import { budgetOf, linksOf } from '../../schema/links.js';
import { planOf } from '../generator/planned.js';

const plan = planOf(
  topology({
    messages: {
      Line: z.object({ text: bytes(4000) }),
      Word: z.object({ id: z.uint32() }),
      Stop: z.object({}),
    },
    calls: { countOf: call(z.object({ id: z.uint32() }), z.object({ count: z.uint32() })) },
    workers: {
      parse: worker({
        handler: './parse.ts',
        instances: 'cores',
        receives: { Line: roundRobin(), Stop: broadcast() },
        sends: { count: ['Word', 'countOf'], main: ['Stop'] },
      }),
      count: worker({
        handler: './count.ts',
        instances: 3,
        capacity: 64,
        receives: { Word: hash('id') },
        answers: { countOf: hash('id') },
        sends: { main: ['Word', 'Stop'] },
      }),
      // Sends to count, and calls it not.
      note: worker({ handler: './note.ts', receives: { Stop: broadcast() }, sends: { count: ['Word'] } }),
    },
  }),
);

test('links are those of main, and what each worker sends and calls', () => {
  expect(linksOf(plan).map(({ from, to, messages, calls }) => [from, to, ...messages, ...calls])).toEqual([
    ['main', 'parse', 'Line', 'Stop'],
    ['main', 'count', 'Word', 'countOf'],
    ['main', 'note', 'Stop'],
    ['parse', 'count', 'Word', 'countOf'],
    ['parse', 'main', 'Stop'],
    ['count', 'main', 'Word', 'Stop'],
    ['note', 'count', 'Word'],
  ]);
});

test('the budget counts a lane from each instance to each', () => {
  const { links } = budgetOf(plan, 2);
  expect(links.map((link) => [link.fromInstances, link.toInstances, link.lanes])).toEqual([
    [1, 2, 2],
    [1, 3, 3],
    [1, 1, 1],
    [2, 3, 6],
    [2, 1, 2],
    [3, 1, 3],
    [1, 3, 3],
  ]);
});

test('the budget is what the runtime lays out, with a way back for who calls', () => {
  const wiring = {
    fingerprint: plan.fingerprint,
    workers: plan.workers.map(({ name, instances, inbox, replies, sends }) => ({
      name,
      instances,
      ...inbox,
      ...(replies === undefined ? {} : { replies }),
      sendsTo: sends.map(({ to }) => to),
      callsTo: sends.filter(({ calls }) => calls !== undefined).map(({ to }) => to),
    })),
    main: plan.main,
    stages: plan.stages,
  } as unknown as Wiring;
  const arena = buildArena(
    wiring,
    new Map([
      ['parse', 5],
      ['count', 3],
      ['note', 1],
    ]),
  );
  const { links, byteLength } = budgetOf(plan, 5);
  const laidOut = arena.lanes.map(
    (lane) =>
      laneByteLength(lane.capacitySlots, lane.strideBytes, lane.ringBytes) +
      (lane.isOfReplies ? CANCELS_BYTES : 0),
  );
  expect(laidOut.reduce((sum, bytes) => sum + bytes, 0)).toBe(byteLength);
  for (const { from, to, lanes, replyBytes } of links) {
    const between = arena.lanes.filter(
      ({ producer, consumer, isOfReplies }) =>
        !isOfReplies &&
        arena.participants[producer]?.worker === from &&
        arena.participants[consumer]?.worker === to,
    );
    expect(between).toHaveLength(lanes);
    expect(between.every(({ way }) => way !== undefined)).toBe(replyBytes > 0);
  }
});
