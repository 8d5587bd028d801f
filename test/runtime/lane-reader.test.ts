import { describe, expect, it } from 'vitest';
import { AWAKE, BLOCKED } from '../../runtime/doorbell.js';
import { SPACE_WANTED_OFFSET_BYTES } from '../../runtime/lane-layout.js';
import { laneKit } from './lane-kit.js';

describe('a lane reader', () => {
  it('tells how many messages wait, up to what is asked for', () => {
    const { reader, outbox, send } = laneKit(8);
    send(1, 2, 3);
    outbox.flush();
    expect(reader.available(1)).toBe(1);
    expect(reader.available(8)).toBe(3);
    expect(laneKit(8).reader.available(8)).toBe(0);
  });

  it('gives slots back at a release, not before', () => {
    const { reader, writer, outbox, send } = laneKit(2);
    send(1, 2);
    outbox.flush();
    reader.head = (reader.head + 1) | 0;
    expect(writer.hasRoom()).toBe(false);
    reader.release();
    expect(writer.hasRoom()).toBe(true);
  });

  it('goes on where a former reader has released', () => {
    const first = laneKit(4, 0xffff_fffe);
    first.send(1, 2, 3);
    first.outbox.flush();
    expect(first.receive(2)).toEqual([1, 2]);
    const { memory, address, producer } = first;
    const Reader = first.reader.constructor as new (...args: unknown[]) => typeof first.reader;
    const second = new Reader(memory, address.offsetBytes, address.capacitySlots, producer);
    expect(second.available(4)).toBe(1);
    expect(second.head).toBe(first.reader.head);
  });

  it('rings a producer that asked for space once half of the ring is free', () => {
    const { writer, producer, memory, outbox, send, receive } = laneKit(8);
    send(1, 2, 3, 4, 5, 6, 7, 8);
    outbox.flush();
    producer.announce(BLOCKED);
    writer.askForSpace();
    receive(3);
    expect(Atomics.load(memory.i32, producer.index)).toBe(BLOCKED);
    receive(1);
    expect(Atomics.load(memory.i32, producer.index)).toBe(AWAKE);
  });

  it('rings a producer of one slot when that is free', () => {
    const { writer, producer, memory, send, receive } = laneKit(1);
    send(1);
    producer.announce(BLOCKED);
    writer.askForSpace();
    receive();
    expect(Atomics.load(memory.i32, producer.index)).toBe(AWAKE);
  });

  it('takes a wish for space back when it grants it', () => {
    const { writer, memory, address, send, receive } = laneKit(1);
    const index = (address.offsetBytes + SPACE_WANTED_OFFSET_BYTES) >> 2;
    send(1);
    writer.askForSpace();
    expect(Atomics.load(memory.i32, index)).toBe(1);
    receive();
    expect(Atomics.load(memory.i32, index)).toBe(0);
  });

  it('leaves a producer alone that asked for nothing', () => {
    const { producer, memory, send, receive } = laneKit(1);
    send(1);
    producer.announce(BLOCKED);
    receive();
    expect(Atomics.load(memory.i32, producer.index)).toBe(BLOCKED);
  });
});
