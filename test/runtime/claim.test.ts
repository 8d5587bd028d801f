import { describe, expect, it } from 'vitest';
import { claimOn, claimToAll } from '../../runtime/claim.js';
import { SnError } from '../../runtime/errors.js';
import type { Memory } from '../../runtime/memory.js';
import { closedRecord, type RecordWriter } from '../../runtime/record-writer.js';
import { encode, laneKit, TAG } from './lane-kit.js';

/** Writes one number, as an emitted writer would. */
class NumberWriter implements RecordWriter {
  $memory: Memory = closedRecord;
  $offsetBytes = 0;
  $endBytes = 0;
  private isSet = false;

  set value(value: number) {
    if (!Number.isFinite(value)) throw new SnError('SN_FIELD_RANGE', 'not finite');
    this.$memory.f64[this.$offsetBytes >> 3] = value;
    this.isSet = true;
  }

  $begin(memory: Memory, offsetBytes: number): void {
    this.$memory = memory;
    this.$offsetBytes = offsetBytes;
    this.$endBytes = offsetBytes + 8;
    this.isSet = false;
  }

  $complete(): void {
    if (!this.isSet) throw new SnError('SN_FIELD_RANGE', 'it is missing');
  }
}

const KIND = { tag: TAG, writer: NumberWriter };

function claimKit(capacity: number) {
  const kit = laneKit(capacity);
  const claim = () => claimOn(kit.writer, KIND).open(undefined);
  const received = () => {
    kit.outbox.flush();
    return kit.receive();
  };
  return { ...kit, claim, received };
}

const code = (code: string) => expect.objectContaining({ code });

describe('a claim', () => {
  it('sends what was written, once it is committed', () => {
    const { claim, received } = claimKit(4);
    const first = claim();
    first.record.value = 1;
    expect(received()).toEqual([]);
    expect(first.commit()).toBeUndefined();
    expect(received()).toEqual([1]);
  });

  it('leaves no trace when it is aborted', () => {
    const { claim, send, received } = claimKit(4);
    const given = claim();
    given.record.value = 1;
    given.abort();
    given.abort();
    send(2);
    expect(received()).toEqual([2]);
  });

  it('is aborted by the end of its block', () => {
    const { claim, received } = claimKit(4);
    {
      using given = claim();
      given.record.value = 1;
    }
    {
      using kept = claim();
      kept.record.value = 2;
      kept.commit();
    }
    expect(received()).toEqual([2]);
  });

  it('keeps its place among messages sent before and after', () => {
    const { claim, send, received } = claimKit(8);
    for (let k = 0; k < 6; k += 2) {
      send(k);
      const odd = claim();
      odd.record.value = k + 1;
      odd.commit();
    }
    expect(received()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([1, 2, 8])('takes each of %i slots, and waits for room like any send', (capacity) => {
    const { claim, received } = claimKit(capacity);
    for (let round = 0; round < 3; round++) {
      for (let k = 0; k < capacity; k++) {
        const given = claim();
        given.record.value = k;
        given.commit();
      }
      expect(() => claim()).toThrow('the lane is full');
      expect(received()).toEqual(Array.from({ length: capacity }, (_, k) => k));
    }
  });

  it('lets nobody else send meanwhile', () => {
    const { claim, writer, send, received } = claimKit(4);
    const open = claim();
    for (const refused of [
      () => send(9),
      () => writer.tryClaim(),
      () => writer.send(TAG, encode, 9, undefined),
      () => claim(),
    ])
      expect(refused).toThrow(code('SN_CLAIM_OPEN'));
    open.record.value = 1;
    open.commit();
    send(2);
    expect(received()).toEqual([1, 2]);
  });

  it('stays open when a field is missing', () => {
    const { claim, received } = claimKit(4);
    const given = claim();
    expect(() => given.commit()).toThrow('it is missing');
    given.record.value = 3;
    given.commit();
    expect(received()).toEqual([3]);
  });

  it('cannot be used once it is over', () => {
    const { claim, received } = claimKit(4);
    const given = claim();
    given.record.value = 1;
    given.commit();
    expect(() => given.commit()).toThrow(code('SN_CLAIM_CLOSED'));
    expect(() => {
      given.record.value = 2;
    }).toThrow(code('SN_CLAIM_CLOSED'));
    expect(received()).toEqual([1]);
  });

  it('gives way to the end of its lane', () => {
    const { claim, writer, received } = claimKit(4);
    const given = claim();
    given.record.value = 1;
    writer.close(new Error('the pool is closing'));
    expect(() => given.commit()).toThrow('the pool is closing');
    expect(() => claim()).toThrow();
    expect(received()).toEqual([]);
  });

  it('is not left open by a key out of range', () => {
    const { writer, send, received } = claimKit(4);
    const setKey = (record: NumberWriter, key: number): void => {
      record.value = key;
    };
    const claim = (key: number) => claimOn(writer, KIND).openKeyed(setKey, key, undefined);
    expect(() => claim(Number.NaN)).toThrow('not finite');
    send(1);
    claim(2).commit();
    expect(received()).toEqual([1, 2]);
  });

  it('is over when its envelope cannot be filled in, wherever the record lies', () => {
    const { writer, send, received } = claimKit(4);
    const stamp = (): never => {
      throw new SnError('SN_OPTION', 'no such correlation');
    };
    const kind = { ...KIND, envelope: { byteLength: 0, stamp } };
    for (const claim of [claimOn(writer, kind).open(undefined), claimToAll([writer], kind, undefined)]) {
      claim.record.value = 1;
      expect(() => claim.commit()).toThrow(code('SN_OPTION'));
      expect(() => claim.commit()).toThrow(code('SN_CLAIM_CLOSED'));
    }
    send(2);
    expect(received()).toEqual([2]);
  });
});
