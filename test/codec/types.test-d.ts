/** What the editor knows of frames and versions; `tsc -p .` checks this file, nothing runs it. */
import {
  type CodecIdentity,
  codecIdentity,
  type FrameReader,
  frameReader,
  memoryOf,
  type Relation,
  writeFrame,
} from 'sn-gen/runtime';
import { type Trade, TradeCodec, type TradeView } from '../golden/growth/generated/index.js';

const memory = memoryOf(new ArrayBuffer(256));

/** What has a default may be left out. */
export const end: number = writeFrame(
  TradeCodec,
  { symbol: 'ACME', price: 1, isTest: false, parties: null },
  memory,
  0,
);
// @ts-expect-error: what senders must set.
writeFrame(TradeCodec, { symbol: 'ACME', price: 1, isTest: false }, memory, 0);

const identity: CodecIdentity = codecIdentity(TradeCodec);
export const reader: FrameReader<Trade, TradeView> = frameReader(TradeCodec, identity);
export const relation: Relation = reader.relation;
export const note: string | undefined = reader.view(memory, 0).note;
export const older: Trade = TradeCodec.decode(memory, 0, 1);
// @ts-expect-error: a reader must know who wrote.
frameReader(TradeCodec);
