/**
 * `npm run stress [seconds] [seed]`: random channels between real threads, for as long as asked.
 *
 * Each round draws a kind, a size, a policy, threads and how they wait; ends close and others come all the time. In the end every message that
 * was taken has been received once, by count and checksum, in the order of its sender, and the channel's own counts agree. A failure prints
 * the seed of its round, which is how it is run again: `npm run stress 0 <seed>`.
 */
import { pathToFileURL } from 'node:url';
import type { ChannelOptions, FullPolicy, WaitStrategy } from '../../runtime/index.js';
import { createChannel } from '../../runtime/index.js';
import { type Agent, endAgents, giveBack, takeAgent } from './support/agent.js';
import { type KitName, kits } from './support/messages.js';
import {
  type PartSetup,
  randomOf,
  receiveLives,
  type SenderSetup,
  sendLives,
  type Tally,
} from './support/stress-parts.js';

const DEFAULT_SECONDS = 30;
/** A round that takes longer hangs. */
const HANGING_MS = 60_000;

/** What one round is like. */
interface Round {
  readonly options: ChannelOptions<unknown, unknown, unknown>;
  readonly kit: KitName;
  readonly senders: readonly SenderSetup[];
  readonly receivers: readonly PartSetup[];
  readonly hasPriorities: boolean;
}

/** Draws a round. @param messages - about so many in all. */
export function drawRound(seed: number, messages: number): Round {
  const random = randomOf(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const oneOf = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const kind = oneOf(['spsc', 'mpsc', 'mpmc'] as const);
  const kit = oneOf<KitName>(['records', 'tails']);
  const onFull = oneOf<FullPolicy>(['wait', 'wait', 'wait', 'fail', 'drop-newest', 'drop-oldest']);
  const hasPriorities = random() < 0.3;
  const senders = kind === 'spsc' ? 1 : 1 + below(3);
  const receivers = kind === 'mpmc' ? 1 + below(3) : 1;
  // One end may wait on the event loop of this thread.
  const loopEnd = below(6);
  const capacity = oneOf<number | 'unbounded'>([1, 2, 3, 8, 64, 1024, 'unbounded']);
  const part = (isLoop: boolean, lives: number, perLife: number): PartSetup => ({
    world: isLoop ? 'loop' : 'blocking',
    kit,
    wait: oneOf<WaitStrategy>(['adaptive', 'adaptive', 'park', 'yield']),
    seed: below(2 ** 31),
    lives,
    perLife,
  });
  const senderLives = kind === 'spsc' ? 1 : 1 + below(3);
  const receiverLives = kind === 'mpmc' ? 1 + below(3) : 1;
  const perSender = Math.ceil(messages / senders / senderLives);
  return {
    options: {
      kind,
      codec: kits[kit].codec,
      capacity,
      onFull,
      priorities: hasPriorities,
      // A seat for each end, and one for its next life; what a receiver leaves in hand keeps its seat until another has handled it.
      ...(kind === 'spsc' ? {} : { senders: 2 * senders }),
      ...(kind === 'mpmc' ? { receivers: 5 * receivers } : {}),
      ...(capacity === 'unbounded' ? { limitBytes: 2 ** (20 + below(4)) } : {}),
      ...(kit === 'tails' ? { ringBytes: 2 ** (10 + below(4)) } : {}),
    },
    kit,
    hasPriorities,
    senders: Array.from({ length: senders }, (_, thread) => ({
      ...part(thread === 0 && loopEnd === 1, senderLives, perSender),
      thread,
      hasPriorities,
    })),
    receivers: Array.from({ length: receivers }, (_, thread) =>
      part(thread === 0 && loopEnd === 2, receiverLives, Math.ceil(perSender / 3)),
    ),
  };
}

/** Runs a round. @returns how many messages went through it. @throws Error that says what was lost, doubled or out of order. */
export async function stressRound(seed: number, messages: number): Promise<number> {
  const { options, kit, senders, receivers, hasPriorities } = drawRound(seed, messages);
  const channel = createChannel(options);
  const handles = {
    senders: senders.map(() => channel.reserveSender()),
    receivers: receivers.map(() => channel.reserveReceiver()),
  };
  const agents: Agent[] = [];
  const onAgent = (): Agent => {
    const agent = takeAgent();
    agents.push(agent);
    return agent;
  };
  const sending = senders.map((setup, k) => {
    const args = { handle: handles.senders[k] as (typeof handles.senders)[number], setup };
    return setup.world === 'loop'
      ? sendLives(args.handle, setup)
      : onAgent().run((api, given) => api.sendLives(given.handle, given.setup), args);
  });
  const receiving = receivers.map((part, k) => {
    const setup = { ...part, hasPriorities };
    const args = { handle: handles.receivers[k] as (typeof handles.receivers)[number], setup };
    return setup.world === 'loop'
      ? receiveLives(args.handle, setup)
      : onAgent().run((api, given) => api.receiveLives(given.handle, given.setup), args);
  });
  const [sent, received] = await Promise.all([Promise.all(sending), Promise.all(receiving)]);
  await Promise.all(agents.map((agent) => giveBack(agent)));

  const problems: string[] = [];
  const given = sumOf(sent.map(({ counts }) => counts));
  const taken = sumOf(received.map(({ counts }) => counts));
  const total = totalOf(given);
  const stats = channel.stats();
  const dropped = options.onFull === 'drop-oldest' ? stats.dropped : 0;
  if (options.onFull === 'drop-oldest') {
    if (totalOf(taken) + dropped !== total)
      problems.push(`${total} sent, ${dropped} dropped, ${totalOf(taken)} received`);
  } else {
    compare('count', given, taken, problems);
    compare(
      'checksum',
      sumOf(sent.map(({ sums }) => sums)),
      sumOf(received.map(({ sums }) => sums)),
      problems,
    );
  }
  // What one receiver had left in hand comes late to another.
  if (receivers.every(({ lives }) => lives === 1))
    problems.push(...received.flatMap(({ disorder }: Tally) => disorder.slice(0, 3)));
  const counts = [stats.sent, stats.received, stats.depth, stats.senders, stats.receivers, stats.orphans];
  const expected = [total, total - dropped, 0, 0, 0, 0];
  if (String(counts) !== String(expected))
    problems.push(`sent, received, depth, senders, receivers, orphans are ${counts}, not ${expected}`);
  if (problems.length > 0)
    throw new Error(`seed ${seed} (${kit}, ${describeRound(seed, messages)}):\n  ${problems.join('\n  ')}`);
  return total;
}

export function describeRound(seed: number, messages: number): string {
  const { options, senders, receivers } = drawRound(seed, messages);
  const worlds = (parts: readonly PartSetup[]): string =>
    parts.map(({ world, wait, lives }) => `${world} ${wait} x${lives}`).join(', ');
  const { kind, capacity, onFull, priorities } = options;
  return `${kind} ${capacity} ${onFull}${priorities === true ? ' priorities' : ''}, senders ${worlds(senders)}, receivers ${worlds(receivers)}`;
}

function compare(
  what: string,
  given: Record<string, number>,
  taken: Record<string, number>,
  problems: string[],
): void {
  for (const key of new Set([...Object.keys(given), ...Object.keys(taken)]))
    if (given[key] !== taken[key])
      problems.push(`${what} of ${key}: ${given[key] ?? 0} sent, ${taken[key] ?? 0} received`);
}

function sumOf(tables: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const table of tables)
    for (const [key, value] of Object.entries(table)) sums[key] = (sums[key] ?? 0) + value;
  return sums;
}

function totalOf(table: Record<string, number>): number {
  return Object.values(table).reduce((sum, value) => sum + value, 0);
}

async function main(): Promise<void> {
  const [seconds = String(DEFAULT_SECONDS), seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
  const first = Number(seed);
  const endMs = performance.now() + 1000 * Number(seconds);
  if (Number.isNaN(first) || Number.isNaN(endMs)) throw new Error('usage: npm run stress [seconds] [seed]');
  console.log(`stress: ${seconds} s from seed ${first}`);
  let rounds = 0;
  let messages = 0;
  do {
    const current = first + rounds;
    const watch = setTimeout(() => {
      console.error(`seed ${current} hangs: ${describeRound(current, 20_000)}`);
      process.exit(1);
    }, HANGING_MS);
    messages += await stressRound(current, 20_000);
    clearTimeout(watch);
    rounds += 1;
  } while (performance.now() < endMs);
  console.log(
    `${rounds} rounds, seeds ${first} to ${first + rounds - 1}, ${messages.toLocaleString('en')} messages`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  await endAgents();
}
