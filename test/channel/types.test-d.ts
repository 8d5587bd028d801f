/**
 * What the editor refuses of channels, and what it takes. `tsc -p .` checks this file; nothing runs it.
 *
 * Each expected error stands on the line of the wrong word, so this file also holds *where* an error lands.
 */
import {
  after,
  attachChannel,
  type ChannelHandle,
  createChannel,
  type Receiver,
  select,
  selectAsync,
  type Ticks,
} from 'sn-gen/runtime';
import {
  type AirportDelay,
  AirportDelayCodec,
  type AirportDelayView,
  type Flight,
  FlightCodec,
} from '../../examples/flights/generated/messages.js';
import { type Trade, TradeCodec } from '../golden/growth/generated/messages.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Claim extends true>(claim?: Claim): void;

export async function messages(): Promise<void> {
  const channel = createChannel({ kind: 'spsc', codec: AirportDelayCodec });
  const sender = channel.sender();
  const receiver = channel.receiver();
  const value = { airport: 'SEA', flights: 1, delayMinutes: 2, miles: 3 };

  sender.trySend(value);
  // @ts-expect-error: no such field.
  sender.trySend({ ...value, fligths: 1 } satisfies AirportDelay);
  sender.trySend({
    airport: 'SEA',
    // @ts-expect-error: a number.
    flights: '1',
    delayMinutes: 2,
    miles: 3,
  });
  // @ts-expect-error: fields are missing.
  sender.send({ airport: 'SEA' });
  // @ts-expect-error: not one value.
  sender.sendMany(value);
  // @ts-expect-error: no such priority.
  sender.trySend(value, { priority: 'urgent' });
  // @ts-expect-error: a blocked thread sees no signal.
  sender.send(value, { signal: AbortSignal.abort() });
  sender.sendAsync(value, { signal: AbortSignal.abort(), timeoutMs: 5, priority: 'low' });

  is<Equal<ReturnType<typeof receiver.tryReceive>, AirportDelay | undefined>>();
  is<Equal<Awaited<ReturnType<typeof receiver.receiveAsync>>, AirportDelay | undefined>>();
  for await (const each of receiver) is<Equal<typeof each, AirportDelay>>();
  receiver.drain((view) => {
    is<Equal<typeof view, AirportDelayView>>();
    // @ts-expect-error: no such field.
    view.fligths;
    // @ts-expect-error: views are read only.
    view.flights = 5;
  });
  channel.repair(1, { inHand: 'dead-letter', onDeadLetter: (view: AirportDelayView) => view.flights });
  // @ts-expect-error: no such way.
  channel.repair(1, { inHand: 'lose' });
}

export function options(): void {
  // @ts-expect-error: no such kind.
  createChannel({ kind: 'spmc', codec: AirportDelayCodec });
  // @ts-expect-error: a codec is wanted.
  createChannel({ kind: 'spsc' });
  // @ts-expect-error: no such policy.
  createChannel({ kind: 'spsc', codec: AirportDelayCodec, onFull: 'drop' });
  // @ts-expect-error: a number, or 'unbounded'.
  createChannel({ kind: 'spsc', codec: AirportDelayCodec, capacity: 'endless' });
  // @ts-expect-error: a weight for each.
  createChannel({ kind: 'spsc', codec: AirportDelayCodec, priorities: { high: 4, low: 1 } });
  // @ts-expect-error: no such option.
  createChannel({ kind: 'spsc', codec: AirportDelayCodec, size: 8 });
  const channel = createChannel({ kind: 'mpmc', codec: AirportDelayCodec, priorities: true });
  // @ts-expect-error: no such wait.
  channel.sender({ wait: 'sleep' });
  is<Equal<typeof channel.handle, ChannelHandle>>();
  const attached = attachChannel(channel.handle, FlightCodec).receiver();
  is<Equal<ReturnType<typeof attached.tryReceive>, Flight | undefined>>();
  // @ts-expect-error: a channel is no handle.
  attachChannel(channel, FlightCodec);
}

/** What is sent may leave defaults out; what comes has them. */
export function inputs(): void {
  const channel = createChannel({ kind: 'spsc', codec: TradeCodec });
  channel.sender().trySend({ symbol: 'X', price: 1, isTest: false, parties: null });
  const trade = channel.receiver().tryReceive();
  is<Equal<typeof trade, Trade | undefined>>();
}

export async function selecting(
  delays: Receiver<AirportDelay, AirportDelayView>,
  flights: Receiver<Flight>,
  timer: Ticks,
): Promise<void> {
  for (const selected of [select([delays, flights, timer]), await selectAsync([delays, flights, timer])]) {
    if (selected === undefined) return;
    is<Equal<(typeof selected)['value'], AirportDelay | Flight | number>>();
    // Who gave it tells what it is.
    type Of<From> = Extract<typeof selected, { readonly from: From }>['value'];
    is<Equal<Of<Receiver<AirportDelay, AirportDelayView>>, AirportDelay>>();
    is<Equal<Of<Receiver<Flight>>, Flight>>();
    is<Equal<Of<Ticks>, number>>();
    // @ts-expect-error: a flight, or a time, has none.
    selected.value.airport;
  }
  // @ts-expect-error: nothing to receive from.
  select([5]);
  // @ts-expect-error: a signal cannot wake a thread that blocks.
  select([after(5)], { signal: AbortSignal.abort() });
}
