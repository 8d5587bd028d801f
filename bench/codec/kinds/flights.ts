/** Flights: the first 50,000 real flights of vega-datasets, two airport codes, a date and two numbers. */
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { dataFile } from '../../../examples/flights/flights.js';
import { type Flight, FlightCodec, type FlightView } from '../../../examples/flights/generated/messages.js';
import { FlatRecord } from '../flat-record.js';
import type { Kind, Plain } from '../kind.js';

const COUNT = 50_000;

interface Row {
  readonly origin: string;
  readonly destination: string;
  readonly date: Date;
  readonly delay: bigint;
  readonly distance: bigint;
}

class FlatFlight extends FlatRecord<Plain<Flight>> {
  get origin(): string {
    return this.text(4);
  }
  get destination(): string {
    return this.text(6);
  }
  get date(): number {
    return this.f64(8);
  }
  get delayMinutes(): number {
    return this.i32(10);
  }
  get distanceMiles(): number {
    return this.f64(12);
  }
  unpack(): Plain<Flight> {
    const { origin, destination, date, delayMinutes, distanceMiles } = this;
    return { origin, destination, date, delayMinutes, distanceMiles };
  }
}

export async function flights(): Promise<Kind<Flight, FlightView>> {
  return {
    codec: FlightCodec,
    fields: {
      origin: 'text',
      destination: 'text',
      date: 'date',
      delayMinutes: 'i32',
      distanceMiles: 'f64',
    },
    values: await rows(),
    weigh: ({ origin, delayMinutes }) => origin.length + delayMinutes,
    flat: {
      write(builder, { origin, destination, date, delayMinutes, distanceMiles }) {
        const originAt = builder.createString(origin);
        const destinationAt = builder.createString(destination);
        builder.startObject(5);
        builder.addFieldOffset(0, originAt, 0);
        builder.addFieldOffset(1, destinationAt, 0);
        builder.addFieldFloat64(2, date, 0);
        builder.addFieldInt32(3, delayMinutes, 0);
        builder.addFieldFloat64(4, distanceMiles, 0);
        return builder.endObject();
      },
      Record: FlatFlight,
    },
  };
}

async function rows(): Promise<readonly Flight[]> {
  const file = await asyncBufferFromFile(dataFile('flights-3m.parquet'));
  const read = (await parquetReadObjects({ file, compressors, rowEnd: COUNT })) as unknown as readonly Row[];
  return read.map(({ origin, destination, date, delay, distance }) => ({
    origin,
    destination,
    date,
    delayMinutes: Number(delay),
    distanceMiles: Number(distance),
  }));
}
