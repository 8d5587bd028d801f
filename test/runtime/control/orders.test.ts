import { describe, expect, it } from 'vitest';
import {
  instanceStates,
  ORDER_OFFSET_BYTES,
  participantOffsetBytes,
  STATE_OFFSET_BYTES,
} from '../../../runtime/arena-layout.js';
import { OrderReader, OrderWriter } from '../../../runtime/control/orders.js';
import { AWAKE, BLOCKED, Doorbell, MUTED, PARKED } from '../../../runtime/doorbell.js';

function ordered() {
  const i32 = new Int32Array(new SharedArrayBuffer(participantOffsetBytes(3)));
  const bellOf = (participant: number) => new Doorbell(i32, participantOffsetBytes(participant) >> 2);
  const host = bellOf(0);
  const places = [1, 2].map((participant) => ({
    doorbell: bellOf(participant),
    offsetBytes: participantOffsetBytes(participant),
  }));
  const readers = places.map(({ offsetBytes }) => new OrderReader(host, offsetBytes));
  const show = (instance: number, state: (typeof instanceStates)[number]): void => {
    i32[((places[instance]?.offsetBytes as number) + STATE_OFFSET_BYTES) >> 2] =
      instanceStates.indexOf(state);
  };
  return { i32, host, places, writer: new OrderWriter(places, () => true), readers, show };
}

describe('an order', () => {
  it('is new to each instance until that takes it, and answered once it says so', () => {
    const { writer, readers } = ordered();
    expect(readers.map((reader) => reader.isNew())).toEqual([false, false]);
    const number = writer.give();
    expect(readers.map((reader) => reader.isNew())).toEqual([true, true]);
    readers[0]?.take();
    expect(readers.map((reader) => reader.isNew())).toEqual([false, true]);
    expect(writer.isAnswered(0, number)).toBe(false);
    readers[0]?.answer();
    expect([writer.isAnswered(0, number), writer.isAnswered(1, number)]).toEqual([true, false]);
  });

  it('is answered by an answer to a later one, also where numbers wrap', () => {
    const { i32, writer, readers, places } = ordered();
    // As if 2^29 - 2 orders had been given: the numbers' sign changes within the next ones.
    Object.assign(writer, { number: 2 ** 29 - 2 });
    i32[((places[0]?.offsetBytes as number) + ORDER_OFFSET_BYTES) >> 2] = (2 ** 29 - 2) << 2;
    readers[0]?.take();
    readers[0]?.answer();
    const numbers = [1, 2, 3, 4].map(() => writer.give());
    expect(numbers.map((number) => writer.isAnswered(0, number))).toEqual([false, false, false, false]);
    readers[0]?.take();
    readers[0]?.answer();
    expect(numbers.map((number) => writer.isAnswered(0, number))).toEqual([true, true, true, true]);
    expect(writer.isAnswered(0, writer.give())).toBe(false);
  });

  it('is obeyed when every instance has answered and shows it', () => {
    const { writer, readers, show } = ordered();
    writer.isPaused = true;
    const number = writer.give();
    for (const reader of readers) reader.answerInSend();
    expect(readers.map((reader) => reader.isPaused)).toEqual([false, false]);
    expect(writer.isObeyed(number, true)).toBe(false);
    show(0, 'paused');
    expect(writer.isObeyed(number, true)).toBe(false);
    show(1, 'paused');
    expect(writer.isObeyed(number, true)).toBe(true);
    writer.isPaused = false;
    expect(writer.isObeyed(writer.give(), false)).toBe(false);
  });

  it('answered in a send is still new to the loop', () => {
    const { writer, readers } = ordered();
    writer.isPaused = true;
    writer.tells = true;
    const number = writer.give();
    expect(readers[0]?.answerInSend()).toBe(true);
    expect(readers[0]?.answerInSend()).toBe(false);
    expect(writer.isAnswered(0, number)).toBe(true);
    expect(readers[0]?.isNew()).toBe(true);
    readers[0]?.take();
    expect([readers[0]?.isPaused, readers[0]?.tells]).toEqual([true, true]);
  });

  it('wakes whoever sleeps, and its answer wakes the host', () => {
    const { writer, readers, places, host, i32 } = ordered();
    for (const state of [PARKED, BLOCKED, MUTED] as const) {
      places[0]?.doorbell.announce(state);
      writer.give();
      expect(i32[places[0]?.doorbell.index as number]).toBe(AWAKE);
    }
    host.announce(PARKED);
    readers[0]?.answerInSend();
    expect(i32[host.index]).toBe(AWAKE);
  });
});
