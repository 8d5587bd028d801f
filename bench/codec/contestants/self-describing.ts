/** msgpackr and cbor-x, with shared record structures: a record's names travel once. */
import { Encoder } from 'cbor-x';
import { Packr } from 'msgpackr';
import { type AnyContestant, anyContestant, same } from '../contestant.js';

export function msgpackr<Value>(): AnyContestant<Value> {
  const packr = new Packr({ structures: [] });
  return anyContestant<Value, Value, Buffer>({
    name: 'msgpackr',
    native: same,
    value: same,
    encode: (value) => packr.pack(value),
    keep: (bytes) => Buffer.from(bytes),
    decode: (bytes) => packr.unpack(bytes) as Value,
    weigh: ({ length }) => length,
  });
}

export function cbor<Value>(): AnyContestant<Value> {
  const encoder = new Encoder({ structures: [] });
  return anyContestant<Value, Value, Buffer>({
    name: 'cbor-x',
    native: same,
    value: same,
    encode: (value) => encoder.encode(value),
    keep: (bytes) => Buffer.from(bytes),
    decode: (bytes) => encoder.decode(bytes) as Value,
    weigh: ({ length }) => length,
  });
}
