/** What a message and a call cost by themselves: the sender, the receiver, to publish, to wake. */
import { buildProgram } from '../build.js';
import { nodeProgram } from '../channels/contests.js';
import type { Contest } from '../contestant.js';
import type { Suite } from '../suite.js';
import { measureCompared, moreThan } from './compared.js';

const ROUNDS = 9;
const MESSAGES = 1 << 21;
const WAKES = 500;
const CALLS = 1 << 18;

export const COSTS = {
  send: 'cost of a message: its sender',
  published: 'cost of a message: its sender, each published by itself',
  publish: 'cost of a message: to publish it by itself, more than in groups',
  receive: 'cost of a message: its receiver',
  ring: 'cost of a message: to ring a sleeping receiver',
  wake: 'cost of a message: until a sleeping receiver runs',
  call: 'cost of a call: its host',
} as const;

export const messageCosts: Suite = async (wanted) => {
  const { command, args } = nodeProgram(await buildProgram('message-costs', 'tasks'));
  const contest = (name: string, way: string, operations: number, threads: number): Contest => ({
    name,
    unit: 'ns',
    operations,
    command,
    args: [...args, way],
    threads,
  });
  const contests = [
    contest(COSTS.send, 'send', MESSAGES, 1),
    contest(COSTS.published, 'publish', MESSAGES, 1),
    contest(COSTS.receive, 'receive', MESSAGES, 1),
    contest(COSTS.ring, 'ring', WAKES, 2),
    contest(COSTS.wake, 'wake', WAKES, 2),
    contest(COSTS.call, 'call', CALLS, 2),
  ];
  const publish = moreThan(COSTS.publish, 'ns', COSTS.published, COSTS.send);
  return await measureCompared(contests, [publish], ROUNDS, wanted);
};
