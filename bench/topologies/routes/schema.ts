/** Routes: one record, 16 bytes with its 8-character key, to two instances by each route. */
import {
  ascii,
  consistentHash,
  custom,
  hash,
  leastLoaded,
  range,
  roundRobin,
  topology,
  worker,
} from 'sn-gen/schema';
import { z } from 'zod';

const Tick = z.object({ symbol: ascii(8), price: z.int32() });

export default topology({
  messages: { ByHash: Tick, ByRange: Tick, InTurn: Tick, ByLoad: Tick, ByRule: Tick, ByRing: Tick },
  workers: {
    shards: worker({
      handler: './shards.ts',
      instances: 2,
      capacity: 65_536,
      receives: {
        ByHash: hash('symbol'),
        ByRange: range('price', [100, 200, 300, 400, 500, 600, 700]),
        InTurn: roundRobin(),
        ByLoad: leastLoaded(),
        ByRule: custom({ module: './rules.ts', export: 'byPrice' }),
      },
    }),
    ring: worker({
      handler: './ring.ts',
      instances: 2,
      capacity: 65_536,
      receives: { ByRing: consistentHash('symbol') },
    }),
  },
});
