/**
 * The records: three million real flights, read once into columns, handed out one object at a time.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Flight } from './generated/index.js';

export interface Flights {
  readonly count: number;
  /** A new object for flight number `index`. */
  at(index: number): Flight;
}

/** Reads `flights-3m.parquet` of vega-datasets. `onProgress` is told the share that is done, from 0 to 1. */
export async function readFlights(onProgress: (share: number) => void): Promise<Flights> {
  const file = await asyncBufferFromFile(dataFile('flights-3m.parquet'));
  const metadata = await parquetMetadataAsync(file);
  const count = Number(metadata.num_rows);

  const dates = new Float64Array(count);
  const delays = new Int32Array(count);
  const distances = new Int32Array(count);
  const origins = new Array<string>(count);
  const destinations = new Array<string>(count);
  // A few hundred codes, six million times: one string for each.
  const codes = new Map<string, string>();
  const code = (text: string): string => {
    const known = codes.get(text);
    if (known !== undefined) return known;
    codes.set(text, text);
    return text;
  };
  const columns: Record<string, (row: number, value: unknown) => void> = {
    date: (row, value) => {
      dates[row] = (value as Date).getTime();
    },
    delay: (row, value) => {
      delays[row] = Number(value);
    },
    distance: (row, value) => {
      distances[row] = Number(value);
    },
    origin: (row, value) => {
      origins[row] = code(value as string);
    },
    destination: (row, value) => {
      destinations[row] = code(value as string);
    },
  };

  const chunks = metadata.row_groups.length * Object.keys(columns).length;
  let read = 0;
  await parquetRead({
    file,
    metadata,
    compressors,
    onChunk({ columnName, columnData, rowStart }) {
      const store = columns[columnName];
      if (store === undefined) return;
      for (let i = 0; i < columnData.length; i++) store(rowStart + i, columnData[i]);
      read += 1;
      onProgress(read / chunks);
    },
  });

  return {
    count,
    at: (index) => ({
      origin: origins[index] as string,
      destination: destinations[index] as string,
      date: new Date(dates[index] as number),
      delayMinutes: delays[index] as number,
      distanceMiles: distances[index] as number,
    }),
  };
}

/** The package exports its code only; its data lies beside. */
export function dataFile(name: string): string {
  const code = fileURLToPath(import.meta.resolve('vega-datasets'));
  return join(code.slice(0, code.lastIndexOf('vega-datasets')), 'vega-datasets', 'data', name);
}
