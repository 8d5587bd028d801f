/**
 * Flavors: every kind of channel that the conformance suite goes through, and the means to open ends of them in either wait world.
 */
import { onTestFinished } from 'vitest';
import {
  attachChannel,
  type Channel,
  type ChannelHandle,
  type ChannelKind,
  type ChannelOptions,
  createChannel,
  type WaitStrategy,
} from '../../../runtime/index.js';
import { type Agent, giveBack, takeAgent } from './agent.js';
import { type EndSetup, ReceiverEnd, type Remote, SenderEnd, type World } from './ends.js';
import './clean-up.js';
import { type KitName, kits } from './messages.js';

export interface Flavor {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly kit: KitName;
  readonly capacity: number | 'unbounded';
  readonly priorities: boolean;
}

export const worlds: readonly World[] = ['loop', 'blocking'];

export const flavors: readonly Flavor[] = (['spsc', 'mpsc', 'mpmc'] as const).flatMap((kind) => [
  flavor(kind, 1),
  flavor(kind, 2),
  flavor(kind, 3),
  flavor(kind, 8),
  flavor(kind, 'unbounded'),
  flavor(kind, 3, { priorities: true }),
  flavor(kind, 8, { kit: 'tails' }),
  flavor(kind, 'unbounded', { kit: 'tails', priorities: true }),
]);

export type AnyChannel = Channel<unknown, unknown, unknown>;
type AnyOptions = Partial<ChannelOptions<unknown, unknown, unknown>>;

export function channelOf({ kind, kit, capacity, priorities }: Flavor, options: AnyOptions = {}): AnyChannel {
  return createChannel<unknown, unknown, unknown>({
    kind,
    codec: kits[kit].codec,
    capacity,
    priorities,
    ...options,
  });
}

/** Opens ends of one channel, which are closed when the test has finished. */
export class Opener {
  readonly channel: AnyChannel;
  private readonly flavor: Pick<Flavor, 'kit'>;
  private readonly world: World;
  private readonly wait: WaitStrategy | undefined;
  private senders = 0;

  constructor(channel: AnyChannel, flavor: Pick<Flavor, 'kit'>, world: World, wait?: WaitStrategy) {
    this.channel = channel;
    this.flavor = flavor;
    this.world = world;
    this.wait = wait;
  }

  /** Numbered from 1. */
  async sender(handle?: ChannelHandle): Promise<Remote<SenderEnd>> {
    this.senders += 1;
    const setup = this.setup(this.senders);
    if (this.world === 'blocking') return remote<SenderEnd>('SenderEnd', this.handleOf(handle), setup);
    return local(new SenderEnd(this.attached(handle), setup));
  }

  async receiver(handle?: ChannelHandle): Promise<Remote<ReceiverEnd>> {
    const setup = this.setup(0);
    if (this.world === 'blocking') return remote<ReceiverEnd>('ReceiverEnd', this.handleOf(handle), setup);
    return local(new ReceiverEnd(this.attached(handle), setup));
  }

  private attached(handle: ChannelHandle | undefined): AnyChannel {
    return handle === undefined ? this.channel : attachChannel(handle, kits[this.flavor.kit].codec);
  }

  private handleOf(handle: ChannelHandle | undefined): ChannelHandle {
    return handle ?? this.channel.handle;
  }

  private setup(from: number): EndSetup {
    const { flavor, world, wait } = this;
    return { world, kit: flavor.kit, from, ...(wait === undefined ? {} : { wait }) };
  }
}

/** Calls that throw reject, as those of a worker do. */
function local<End extends { close(): void }>(end: End): Remote<End> {
  onTestFinished(() => end.close());
  return new Proxy(end, {
    get: (_, method: string) =>
      method === 'then'
        ? undefined
        : async (...args: unknown[]) =>
            (end as unknown as Record<string, (...given: unknown[]) => unknown>)[method]?.(...args),
  }) as unknown as Remote<End>;
}

async function remote<End>(
  type: 'SenderEnd' | 'ReceiverEnd',
  handle: ChannelHandle,
  setup: EndSetup,
): Promise<Remote<End>> {
  const agent: Agent = takeAgent();
  onTestFinished(async () => {
    if (agent.isIdle)
      await agent.run((api) => (api.kept.get('end') as SenderEnd | undefined)?.close(), undefined);
    await giveBack(agent);
  });
  await agent.run(
    (api, given) => {
      const channel = api.attachChannel(given.handle, api.kits[given.setup.kit].codec);
      api.kept.set('end', new api[given.type](channel as never, given.setup));
    },
    { type, handle, setup },
  );
  return new Proxy({} as object, {
    get: (_, method: string) =>
      method === 'then'
        ? undefined
        : (...args: unknown[]) =>
            agent.run(
              (api, call) =>
                (api.kept.get('end') as Record<string, (...given: unknown[]) => unknown>)[call.method]?.(
                  ...call.args,
                ),
              { method, args },
            ),
  }) as unknown as Remote<End>;
}

function flavor(
  kind: ChannelKind,
  capacity: Flavor['capacity'],
  { kit = 'records', priorities = false }: Partial<Pick<Flavor, 'kit' | 'priorities'>> = {},
): Flavor {
  const words = [
    kind,
    capacity === 'unbounded' ? 'unbounded' : `of ${capacity}`,
    ...(kit === 'tails' ? ['with tails'] : []),
    ...(priorities ? ['with priorities'] : []),
  ];
  return { name: words.join(' '), kind, kit, capacity, priorities };
}
