/** The computation itself, which knows nothing of threads. */
import type { Row, Scene } from './generated/index.js';

/** Dark to light, for pixels that took longer and longer. */
const SHADES = ' .:-=+*#%@';
/** Characters are about twice as high as wide. */
const ASPECT = 2;

export function* rowsOf({ x, y, span, ...size }: Readonly<Scene>): Generator<Row> {
  const step = span / size.width;
  for (let row = 0; row < size.height; row++)
    yield { row, y: y + (row - size.height / 2) * step * ASPECT, left: x - span / 2, step, ...size };
}

/** For each pixel of a row how many iterations it takes until the point is gone; `iterations` for those that stay. */
export function escapesOf({ y, left, step, width, iterations }: Readonly<Row>): Uint32Array {
  const escapes = new Uint32Array(width);
  for (let column = 0; column < width; column++) {
    const x = left + column * step;
    let re = 0;
    let im = 0;
    let count = 0;
    while (count < iterations && re * re + im * im < 4) {
      [re, im] = [re * re - im * im + x, 2 * re * im + y];
      count += 1;
    }
    escapes[column] = count;
  }
  return escapes;
}

/** A picture of rows that may come in any order. */
export class Drawing {
  readonly #lines: string[] = [];
  #count = 0;
  work = 0;

  /** Whether that was the last row. */
  add(
    row: number,
    escapes: Uint32Array,
    { height, iterations }: { height: number; iterations: number },
  ): boolean {
    let line = '';
    for (const count of escapes) {
      const shade = Math.log(count) / Math.log(iterations);
      line += SHADES[Math.round(shade * (SHADES.length - 1))];
      this.work += count;
    }
    this.#lines[row] = line.trimEnd();
    this.#count += 1;
    return this.#count === height;
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
