/** FlatBuffers' side of a movie: scalars that may be null, and enum values of a byte. */
import type { Movie } from '../../topologies/orders/generated/messages.js';
import { FlatRecord } from '../flat-record.js';
import type { FlatTable, Plain } from '../kind.js';

class MovieRecord extends FlatRecord<Plain<Movie>> {
  get title(): string | null {
    return this.textOrNull(4);
  }
  get imdbVotes(): number | null {
    return this.u32OrNull(34);
  }
  unpack(): Plain<Movie> {
    return {
      title: this.title,
      usGross: this.u32OrNull(6),
      worldwideGross: this.u32OrNull(8),
      usDvdSales: this.u32OrNull(10),
      productionBudget: this.u32OrNull(12),
      releaseDate: this.text(14),
      mpaaRating: this.u8OrNull(16),
      runningTimeMin: this.u8OrNull(18),
      distributor: this.textOrNull(20),
      source: this.u8OrNull(22),
      majorGenre: this.u8OrNull(24),
      creativeType: this.u8OrNull(26),
      director: this.textOrNull(28),
      rottenTomatoesRating: this.u8OrNull(30),
      imdbRating: this.f64OrNull(32),
      imdbVotes: this.imdbVotes,
    };
  }
}

export const flatMovie: FlatTable<Movie> = {
  write(builder, movie) {
    const text = (value: string | null) => (value === null ? 0 : builder.createString(value));
    const titleAt = text(movie.title);
    const releaseDateAt = builder.createString(movie.releaseDate);
    const distributorAt = text(movie.distributor);
    const directorAt = text(movie.director);
    builder.startObject(16);
    builder.addFieldOffset(0, titleAt, 0);
    if (movie.usGross !== null) builder.addFieldInt32(1, movie.usGross, null);
    if (movie.worldwideGross !== null) builder.addFieldInt32(2, movie.worldwideGross, null);
    if (movie.usDvdSales !== null) builder.addFieldInt32(3, movie.usDvdSales, null);
    if (movie.productionBudget !== null) builder.addFieldInt32(4, movie.productionBudget, null);
    builder.addFieldOffset(5, releaseDateAt, 0);
    if (movie.mpaaRating !== null) builder.addFieldInt8(6, movie.mpaaRating, null);
    if (movie.runningTimeMin !== null) builder.addFieldInt8(7, movie.runningTimeMin, null);
    builder.addFieldOffset(8, distributorAt, 0);
    if (movie.source !== null) builder.addFieldInt8(9, movie.source, null);
    if (movie.majorGenre !== null) builder.addFieldInt8(10, movie.majorGenre, null);
    if (movie.creativeType !== null) builder.addFieldInt8(11, movie.creativeType, null);
    builder.addFieldOffset(12, directorAt, 0);
    if (movie.rottenTomatoesRating !== null) builder.addFieldInt8(13, movie.rottenTomatoesRating, null);
    if (movie.imdbRating !== null) builder.addFieldFloat64(14, movie.imdbRating, null);
    if (movie.imdbVotes !== null) builder.addFieldInt32(15, movie.imdbVotes, null);
    return builder.endObject();
  },
  Record: MovieRecord,
};
