/** Movies: all rows of vega-datasets' movies.json, 16 columns, 15 of which are null here and there. */
import { readFileSync } from 'node:fs';
import { dataFile } from '../../../examples/flights/flights.js';
import { type Movie, MovieCodec, type MovieView } from '../../topologies/orders/generated/messages.js';
import { type Kind, nullable } from '../kind.js';
import { PASS } from '../trial.js';
import { flatMovie } from './flat-movie.js';

/** A row as the file has it; titles such as 9 are numbers there. */
type Row = Readonly<Record<string, string | number | null>>;

export function movies(): Kind<Movie, MovieView> {
  const rows = (JSON.parse(readFileSync(dataFile('movies.json'), 'utf8')) as readonly Row[]).map(movieOf);
  /** What a column holds, in the order in which it is met. */
  const among = (name: keyof Movie) =>
    nullable([...new Set(rows.map((row) => row[name]))].filter((value) => typeof value === 'string'));
  return {
    codec: MovieCodec,
    fields: {
      title: nullable('text'),
      usGross: nullable('u32'),
      worldwideGross: nullable('u32'),
      usDvdSales: nullable('u32'),
      productionBudget: nullable('u32'),
      releaseDate: 'text',
      mpaaRating: among('mpaaRating'),
      runningTimeMin: nullable('u32'),
      distributor: nullable('text'),
      source: among('source'),
      majorGenre: among('majorGenre'),
      creativeType: among('creativeType'),
      director: nullable('text'),
      rottenTomatoesRating: nullable('u32'),
      imdbRating: nullable('f64'),
      imdbVotes: nullable('u32'),
    },
    // From the start again, until the last pass is whole.
    values: [...rows, ...rows.slice(0, PASS - (rows.length % PASS))],
    weigh: ({ title, imdbVotes }) => (title ?? '').length + (imdbVotes ?? 0),
    flat: flatMovie,
  };
}

function movieOf(row: Row): Movie {
  const title = row.Title ?? null;
  return {
    title: title === null ? null : String(title),
    usGross: row['US Gross'],
    worldwideGross: row['Worldwide Gross'],
    usDvdSales: row['US DVD Sales'],
    productionBudget: row['Production Budget'],
    releaseDate: row['Release Date'],
    mpaaRating: row['MPAA Rating'],
    runningTimeMin: row['Running Time min'],
    distributor: row.Distributor,
    source: row.Source,
    majorGenre: row['Major Genre'],
    creativeType: row['Creative Type'],
    director: row.Director,
    rottenTomatoesRating: row['Rotten Tomatoes Rating'],
    imdbRating: row['IMDB Rating'],
    imdbVotes: row['IMDB Votes'],
  } as Movie;
}
